include $(sort $(wildcard $(BR2_EXTERNAL_ROSD_PATH)/package/*/*.mk))
