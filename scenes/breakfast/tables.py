"""What the breakfast room keeps."""
