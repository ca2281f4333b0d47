"""Event files that a script writes for TensorBoard, read as they grow."""
