"""What makes the documentation site's generated pages: reference from the code, drawings from real certificates, and
files of the repository that pages point at. It is no part of what is shipped."""
