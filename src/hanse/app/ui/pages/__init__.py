"""One module a page; importing it registers the page."""
