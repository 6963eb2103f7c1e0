import type { Words } from '#shared/words.ts';

/** Sentences of the site's guide that several rows of the table of models share: what to do, and what the devices do. */

/** Said of every reader that only its maker's service reaches. */
export const MAKERS_SERVICE: Words = {
  zh: '这台读卡器需要厂家服务:请在本机安装读卡器厂家的网页读卡服务(华视电子 HTTP 19196、神思 WebSocket 9000 或德卡 WebSocket 47903;随机光盘或厂家网站),装好后再找一次,再选',
  en: "this reader needs its maker's service: install the maker's local reading service on this machine (Huashi HTTP 19196, Shensi WebSocket 9000 or Decard WebSocket 47903; from the disc or the maker's site), look again and choose it",
};

export const RATE_KEPT: Words = {
  zh: '模块会记住所设速率,五种速率逐一探测',
  en: 'the module remembers the rate it was set to; all five are tried',
};

export const DRIVERS_ALONG: Words = {
  zh: '插上,在设备管理器看 COM 号;没有外网时请先带好 USB 串口芯片(CH340、CP210x、FTDI、PL2303)的驱动',
  en: "plug it in; without internet bring the driver of the USB-serial chip (CH340, CP210x, FTDI, PL2303). The COM number changes with the USB hole; the reader is found again by its chip's identity",
};

export const DIALOUT: Words = {
  zh: '装 deb 包或拷入 60-muster-readers.rules;其余串口把用户加入 dialout 组。CH340 被 brltty 抢占时卸载 brltty',
  en: 'the deb package or 60-muster-readers.rules gives access to known chips; for others add the user to the group dialout. If brltty takes a CH340 away, remove brltty',
};

export const NO_DRIVER: Words = { zh: '插上即可,不需要驱动', en: 'plug it in; no driver is needed' };

export const RULES_AND_LIBUSB: Words = {
  zh: '装 deb 包,或拷入 60-muster-readers.rules 并安装 libusb-1.0-0,然后重新插拔',
  en: 'the deb package, or copy 60-muster-readers.rules and install libusb-1.0-0; then plug it in anew',
};

export const OWN_RULE: Words = {
  zh: '安装 libusb-1.0-0;在 60-muster-readers.rules 末尾按样例加一行此设备的 VID:PID,重新插拔',
  en: 'install libusb-1.0-0; add a line with the VID:PID of this device as shown at the end of 60-muster-readers.rules; plug it in anew',
};

export const WINDOW_KEYS: Words = {
  zh: '插上即可;采样台窗口要在最前面。按键按物理键位读取,不受中文输入法影响',
  en: 'plug it in; the kiosk window must be in front. Physical keys are read, so a Chinese input method does no harm',
};

export const KEYBOARD_ON_WINDOWS: Words = {
  zh: 'Windows 不让程序直接打开键盘:改选键盘式(窗口内读取),或按说明书扫设置码改成串口或 HID-POS',
  en: 'Windows opens no keyboard to a program: choose the one that types into the window, or switch the device to serial or HID-POS by its manual',
};

export const SERVICE_LINUX: Words = {
  zh: '公开资料中未见厂家的 Linux 服务(统信、麒麟版请问厂家);否则此读卡器请接在 Windows 电脑上',
  en: 'no Linux service of the makers is publicly known (ask for one for UOS or Kylin); otherwise use this reader on a Windows machine',
};

export const REPEATS: Words = {
  zh: '卡放着不动时会反复发号,同号在间隔内只算一次',
  en: 'repeats the number while the card lies there; the same number counts once until a gap',
};

export const UNKNOWN_FORMAT: Words = {
  zh: '十六进制或十进制、位数、字节顺序因设备而异,选用时设定一次',
  en: 'hex or decimal, length and byte order differ from device to device and are set once when it is chosen',
};
