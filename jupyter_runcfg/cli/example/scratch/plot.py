"""Half-done things live here: .amlignore keeps the folder out of every snapshot."""
