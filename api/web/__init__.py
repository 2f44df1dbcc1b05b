"""The page shell: layouts, one stylesheet of tokens, icons, the storefront's first page."""
