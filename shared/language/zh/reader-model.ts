/** The models of readers and scanners, what each needs, and how it behaves. */
export const readerModel = {
  'reader-model.sdt-serial': '串口身份证读卡器',
  'reader-model.sdt-hid-raw64': '精伦 iDR210 类 USB 读卡器(HID)',
  'reader-note.sdt-hid-raw64': '写与读之间至少 5 毫秒;只有一个端点、靠 GET_REPORT 应答的型号读不了',
  'reader-model.sdt-hid-miaxis': '中正 Miaxis 类 USB 读卡器(HID)',
  'reader-note.sdt-hid-miaxis': '先清空残留输入;读后关天线',
  'reader-model.sdt-hid-dk': '德科 DK 类 USB 读卡器(HID)',
  'reader-note.sdt-hid-dk': '寻卡最多重试 10 次',
  'reader-note.service-shensi': '9000 端口也可能是别的程序:按 * 再找时才问一句,答得上的才列出来',
  'reader-model.sdt-usb-bulk': 'USB 部标身份证读卡器',
  'reader-note.sdt-usb-bulk':
    '三家服务按顺序逐一尝试,记住上次能用的;Windows 上此设备不在串口和 HID 列表里,只能看到服务',
  'reader-model.number-serial': '串口卡号读头',
  'reader-model.number-boot-keyboard': 'USB 键盘式卡号读头(直接读取)',
  'reader-model.number-wedge': '键盘式卡号读头',
  'reader-model.scanner-serial': '串口扫码枪',
  'reader-note.scanner-serial': '后缀 CR、LF、CRLF 或停顿都认',
  'reader-model.scanner-hid-pos': 'HID-POS 扫码枪',
  'reader-note.scanner-hid-pos': '两种报文排列都认',
  'reader-model.scanner-boot-keyboard': 'USB 键盘式扫码枪(直接读取)',
  'reader-model.scanner-wedge': '键盘式扫码枪',
  'reader-note.types-plainly': '按说明书设为:USB 键盘、美式键盘、后缀回车、不用 ALT 模式、字符间隔 0',
  'reader-maker.huashi': '华视电子',
  'reader-maker.shensi': '神思',
  'reader-maker.decard': '德卡',
  'reader-model.service': '{maker}读卡服务',
  'reader-install.service': '安装{maker}的网页读卡服务({at},随机光盘或厂家网站)',
  'reader-guide.service-windows': '{install},启动后在采样台“读卡器”里按 * 再找一次,选用',
  'reader-install.makers-service':
    '这台读卡器需要厂家服务:请在本机安装读卡器厂家的网页读卡服务(华视电子 HTTP 19196、神思 WebSocket 9000 或德卡 WebSocket 47903;随机光盘或厂家网站),装好后再找一次,再选',
  'reader-note.rate-kept': '模块会记住所设速率,五种速率逐一探测',
  'reader-guide.drivers-along':
    '插上,在设备管理器看 COM 号;没有外网时请先带好 USB 串口芯片(CH340、CP210x、FTDI、PL2303)的驱动',
  'reader-guide.dialout':
    '装 deb 包或拷入 60-muster-readers.rules;其余串口把用户加入 dialout 组。CH340 被 brltty 抢占时卸载 brltty',
  'reader-guide.no-driver': '插上即可,不需要驱动',
  'reader-guide.rules-and-libusb':
    '装 deb 包,或拷入 60-muster-readers.rules 并安装 libusb-1.0-0,然后重新插拔',
  'reader-guide.own-rule':
    '安装 libusb-1.0-0;在 60-muster-readers.rules 末尾按样例加一行此设备的 VID:PID,重新插拔',
  'reader-guide.window-keys': '插上即可;采样台窗口要在最前面。按键按物理键位读取,不受中文输入法影响',
  'reader-guide.keyboard-on-windows':
    'Windows 不让程序直接打开键盘:改选键盘式(窗口内读取),或按说明书扫设置码改成串口或 HID-POS',
  'reader-guide.service-linux':
    '公开资料中未见厂家的 Linux 服务(统信、麒麟版请问厂家);否则此读卡器请接在 Windows 电脑上',
  'reader-note.repeats': '卡放着不动时会反复发号,同号在间隔内只算一次',
  'reader-note.unknown-format': '十六进制或十进制、位数、字节顺序因设备而异,选用时设定一次',
} as const;
