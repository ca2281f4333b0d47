"""Hypothesis strategies over the whole model, read from the model itself."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from jupyter_runcfg.config import CondaDependencies, Environment, EnvironmentReference, RunConfiguration
from jupyter_runcfg.config import value as values
from jupyter_runcfg.config.model import COMMUNICATORS, FRAMEWORKS
from jupyter_runcfg.config.section import camel
from jupyter_runcfg.config.value import OneOf, Size, Whole


def examples(number):
    """So many examples, however long they take."""
    return settings(
        max_examples=number,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


ODD = [
    *("", " ", "yes", "No", "1", "0x10", "010", "1e3", "1_000", ".inf", "-.INF", ".nan", "null", "~", "TRUE"),
    *("12:30:45", "2001-01-01", "0o7", "+1", "-", "?", ":", "- a", "-a", "--a", "a: b", "a:", "# x", "a #b"),
    *(
        " lead",
        "trail ",
        "a\nb",
        "\n",
        "a\n",
        "\t",
        "a\tb",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x7f",
        "\x07",
    ),
    *('"', "'", "it's", "{", "}", "[a]", "a, b", ",", "&a", "*a", "!a", "!!str a", "%a", "@a", "`", "|", ">"),
    *("---", "...", "<<", "=", "a\\b", "C:\\x", "$HOME", "𝒳", "ü", "日本", "a" * 200, "a b " * 60, "my_data"),
    *("a.b", "MyData", "spark.my_key", "y", "n", "on", "{{x}}", "http://h:1/p?q=a#b", "key: [a, {b: c}]"),
]
texts = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12
)
names = texts.filter(lambda name: name and "=" not in name)
booleans = st.booleans()
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | booleans | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
plain_maps = st.dictionaries(texts, plain, max_size=3)
packages = st.sampled_from(
    ["numpy", "scipy>=1,<2", "pytorch::torch=2", "a[x]==1.0", "-e .", "--pre", "x @ http://h/x.whl"]
)
BY_CHECK = {
    values.text: texts,
    values.named: texts.filter(bool),
    values.text_list: st.lists(texts, max_size=4),
    values.text_map: st.dictionaries(names, texts, max_size=4),
    values.plain_map: plain_maps,
    values.plain_list: st.lists(texts | plain_maps, max_size=2),
    values.arguments: st.lists(texts | booleans | numbers, max_size=4) | st.sampled_from(["", "--a 'b c'"]),
    values.command: texts | st.lists(texts, max_size=3),
    values.exit_codes: st.lists(st.integers(0, 255), max_size=3),
    values.yes_no: booleans,
}


def unknown_to(section):
    """Keys that are none of a section's, in any spelling."""

    def is_free(name):
        return section.find_field(name) is None and camel(name) not in section.old_keys

    return st.dictionaries(texts.filter(is_free), plain, max_size=2)


def value_of(section, name):
    """Values that a setting without sections may have."""
    field, shape = section.model_fields[name], section.shapes()[name]
    found = None
    for mark in field.metadata:
        if isinstance(mark, OneOf):
            found = st.sampled_from([*mark.words, *(word.upper() for word in mark.words)])
        elif isinstance(mark, Whole):
            low = -(10**6) if mark.minimum is None else mark.minimum
            found = st.integers(low, mark.maximum or 10**6)
        elif isinstance(mark, Size):
            found = st.sampled_from(["2g", "512m", "1.5 GiB", "8", "32GB", "0.5T"])
        elif hasattr(mark, "func"):
            found = BY_CHECK.get(mark.func)
            if found is None:  # a lambda: a check that lets None through
                found = BY_CHECK[getattr(values, _checks(mark.func))]
    assert found is not None, (section, name)
    return st.none() | found if shape.nullable else found


def _checks(function):
    return next(name for name in function.__code__.co_names if name.startswith("text_"))


_ELSEWHERE = ("conda_dependencies", "conda_dependencies_file", "framework", "communicator")


@st.composite
def sections(draw, cls, most=4, unknown=True):
    """A section with some settings set, each of those that hold sections by chance."""
    made = cls() if draw(booleans) else cls.bare()
    free = [name for name in cls.shapes() if name not in _ELSEWHERE]
    if cls is RunConfiguration:
        without = ("command",) if draw(booleans) else ("script", "arguments")
        free = [name for name in free if name not in without]
    for name in draw(st.lists(st.sampled_from(free), max_size=most, unique=True)):
        setattr(made, name, draw(setting_of(cls, name, unknown)))
    if unknown and draw(st.integers(0, 5)) == 0:
        made.unknown_keys.update(draw(unknown_to(cls)))
    return made


def setting_of(cls, name, unknown):
    """Values that any setting may have."""
    shape = cls.shapes()[name]
    if shape.section is None:
        return value_of(cls, name)
    if shape.section is Environment:
        return environments(unknown=unknown)
    entry = st.deferred(lambda: filled(shape.section, unknown))
    if shape.kind == "list":
        found = st.lists(entry, max_size=3)
    elif shape.kind == "map":
        found = st.dictionaries(texts, entry, max_size=3)
    else:
        found = entry
    return st.none() | found if shape.nullable else found


@st.composite
def filled(draw, cls, unknown):
    made = draw(sections(cls, unknown=unknown))
    if "data_store_name" in cls.model_fields and not made.data_store_name:
        made.data_store_name = draw(texts.filter(bool))  # without it a reference is a fault
    if cls.__name__ == "AmbientAuthenticationConfiguration":
        made.method = None  # each method needs its own settings
    return made


@st.composite
def conda(draw):
    made = CondaDependencies()
    made.set_pip_requirements(draw(st.lists(packages, max_size=3)))
    for name in draw(st.lists(st.sampled_from(["numpy", "conda-forge::x", "y=1=b_2", "z >=1"]), max_size=2)):
        made.add_conda_package(name)
    made.add_channel(draw(st.sampled_from(["a", "conda-forge", "http://h:1/x"])))
    return made


@st.composite
def environments(draw, conda_files=(), unknown=True):
    """An environment, or the name of one defined elsewhere."""
    if draw(st.integers(0, 5)) == 0:
        return EnvironmentReference(draw(st.none() | texts), draw(st.none() | texts))
    made = draw(sections(Environment, unknown=unknown))
    python = made.python
    python.conda_dependencies = draw(st.none() | conda())
    if conda_files and draw(booleans):
        python.conda_dependencies_file = draw(st.sampled_from(conda_files))
        if python.conda_dependencies is None:
            python.user_managed_dependencies = True  # else the file must be there
    return made


@st.composite
def configurations(draw, conda_files=(), unknown=True):
    """A whole configuration that can be saved."""
    made = draw(sections(RunConfiguration, most=10, unknown=unknown))
    if made.environment == RunConfiguration().environment or draw(booleans):
        made.environment = draw(environments(conda_files, unknown))
    made.framework, made.communicator = draw(FITTING)
    return made


def _fits(pair):
    return not [f for f in RunConfiguration(framework=pair[0], communicator=pair[1]).faults() if f]


FITTING = st.sampled_from([pair for f in FRAMEWORKS for c in COMMUNICATORS if _fits(pair := (f, c))])
