"""The Python sides of the widgets: what the labextension draws and the user changes."""
