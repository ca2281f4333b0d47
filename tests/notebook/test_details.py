"""`RunDetails` of SDK v1's widgets."""

from jupyter_runcfg.notebook import details


def test_it_is_the_live_view(monkeypatch):
    """`RunDetails(run).show()` shows that run, whatever v1's own arguments are."""
    shown = []
    monkeypatch.setattr(details, "show", shown.append)
    run = object()
    details.RunDetails(run).show(render_lib=None, widget_settings={"a": 1})
    assert shown == [run]
