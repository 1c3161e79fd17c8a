"""Images and tables that come with the installed packages: no network, nothing copied into the project."""
