################################################################################
#
# rosd
#
################################################################################

# No download: it is made from the checkout around this tree.
ROSD_SOURCE =
ROSD_LICENSE = Apache-2.0
ROSD_DEPENDENCIES = host-node-bin

define ROSD_INSTALL_TARGET_CMDS
	$(HOST_DIR)/bin/node $(ROSD_PKGDIR)/install.ts $(TARGET_DIR)
endef

$(eval $(generic-package))
