"""Pictures: ground, lines and words on a page, as SVG and as PNG."""
