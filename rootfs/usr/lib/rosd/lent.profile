# From the machine, anew at each start of the console: the commands it lends, and what the document says of proxies and PATH.
case ":$PATH:" in
  *:/usr/local/bin:*) ;;
  *) PATH=/usr/local/bin:$PATH ;;
esac
for file in /.rosd/machine/etc/profile.d/*.sh; do
  [ ! -r "$file" ] || . "$file"
done
unset file
