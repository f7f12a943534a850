"""What people read: the HTML page with plots, Markdown, JSON, terminal tables and notebook displays."""
