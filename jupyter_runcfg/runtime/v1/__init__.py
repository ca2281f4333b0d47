"""SDK v1's interface as a script meets it, on Python 3.6 and without azureml: Run, Workspace, Model …"""
