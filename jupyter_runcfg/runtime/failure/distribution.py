"""Which distribution brings a module: those whose names differ, and those too well known to be a file."""

_OTHER = {
    "apex": "nvidia-apex",
    "attr": "attrs",
    "azure.ai.ml": "azure-ai-ml",
    "azure.identity": "azure-identity",
    "azure.storage.blob": "azure-storage-blob",
    "bs4": "beautifulsoup4",
    "community": "python-louvain",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "git": "GitPython",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "google.protobuf": "protobuf",
    "hydra": "hydra-core",
    "imblearn": "imbalanced-learn",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "Levenshtein": "python-Levenshtein",
    "llama_cpp": "llama-cpp-python",
    "lightning_fabric": "lightning",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "MySQLdb": "mysqlclient",
    "numpy._core": "numpy>=2",
    "OpenSSL": "pyOpenSSL",
    "osgeo": "GDAL",
    "paho": "paho-mqtt",
    "PIL": "pillow",
    "pkg_resources": "setuptools<81",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pylab": "matplotlib",
    "pythonjsonlogger": "python-json-logger",
    "pytorch_lightning": "pytorch-lightning",
    "pywt": "PyWavelets",
    "rest_framework": "djangorestframework",
    "ruamel": "ruamel.yaml",
    "serial": "pyserial",
    "sentence_transformers": "sentence-transformers",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "skopt": "scikit-optimize",
    "slugify": "python-slugify",
    "snowflake.connector": "snowflake-connector-python",
    "socks": "PySocks",
    "speech_recognition": "SpeechRecognition",
    "sqlalchemy": "SQLAlchemy",
    "torch_geometric": "torch-geometric",
    "umap": "umap-learn",
    "usb": "pyusb",
    "wx": "wxPython",
    "xlsxwriter": "XlsxWriter",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
_SAME = frozenset(
    """
    accelerate aiohttp altair bokeh boto3 catboost click cloudpickle cupy dask datasets deepspeed
    diffusers distributed einops evaluate fastai fastapi flask flax fsspec gensim geopandas graphviz
    gymnasium h5py horovod huggingface_hub hyperopt igraph ipywidgets jax jinja2 joblib kaggle keras
    librosa lightgbm lightning lxml matplotlib mlflow mpi4py networkx nltk numba numpy omegaconf onnx
    onnxruntime openai openpyxl optuna pandas paramiko peft plotly polars prophet psutil pyarrow
    pycocotools pydantic pymongo pyodbc pyspark pytest ray redis requests rich s3fs safetensors scipy
    seaborn sentencepiece shap shapely simplejson skops spacy statsmodels streamlit sympy tabulate
    tensorboard tensorboardX tensorflow tensorflow_datasets tensorflow_hub termcolor tiktoken timm
    tokenizers toml toolz torch torchaudio torchmetrics torchtext torchvision tornado tqdm
    transformers trl typer ujson unidecode wandb xarray xgboost xlrd zarr
    """.split()  # noqa: SIM905 - to be read by people
)
# modules of Python itself that a version lacks: those it lost, and those that came later
_GONE = {
    "asynchat": "3.12",
    "asyncore": "3.12",
    "distutils": "3.12",
    "imp": "3.12",
    "cgi": "3.13",
    "crypt": "3.13",
    "imghdr": "3.13",
    "pipes": "3.13",
    "sndhdr": "3.13",
    "telnetlib": "3.13",
}
_NEW = {"contextvars": "3.7", "dataclasses": "3.7", "graphlib": "3.9", "tomllib": "3.11", "zoneinfo": "3.9"}
_OPTIONAL = {
    "_bz2": "libbz2",
    "_ctypes": "libffi",
    "_curses": "ncurses",
    "_lzma": "liblzma",
    "_sqlite3": "sqlite3",
    "_tkinter": "tk",
    "readline": "readline",
    "tkinter": "tk",
}


def known(module: "str") -> "str":
    """The distribution of a well-known module without dots; empty for a name that may as well be a file's."""
    return _OTHER.get(module) or (module.replace("_", "-") if module in _SAME else "")


def known_part(module: "str") -> "str":
    """The same for one below a package that several distributions share, as `google.cloud.storage`."""
    parts = module.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 1, -1))
    return next((_OTHER[name] for name in names if name in _OTHER), "")


def of_python(module: "str") -> "str":
    """What to do about a module of Python itself; empty for any other."""
    name = module.partition(".")[0]
    if name in _GONE:
        return "Python {} has no '{}' any more: run it with an older Python, or a newer library".format(
            _GONE[name], name
        )
    if name in _NEW:
        return "'{}' came with Python {}: run it with that one or a later one".format(name, _NEW[name])
    if name in _OPTIONAL:
        return "this Python was built without {}: use another interpreter".format(_OPTIONAL[name])
    return ""


def is_of_python(module: "str") -> "bool":
    """Whether the standard library has a module of that name."""
    import os
    import sys

    names = getattr(sys, "stdlib_module_names", sys.builtin_module_names)  # since 3.10
    return module in names or os.path.exists(os.path.join(os.path.dirname(os.__file__), module + ".py"))


def meant(module: "str") -> "str":
    """A well-known module with nearly that name; empty without one."""
    import difflib

    near = difflib.get_close_matches(module, [*_SAME, *_OTHER], n=1, cutoff=0.8)
    return near[0] if near and near[0] != module else ""
