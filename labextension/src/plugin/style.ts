/** Whose styles JupyterLab loads with the plugin (lib/style.css): all that it shows later. */
import '../runs/view';
import '../widget/view';
