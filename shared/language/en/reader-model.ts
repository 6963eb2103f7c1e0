/** The models of readers and scanners, what each needs, and how it behaves. */
export const readerModel = {
  'reader-model.sdt-serial': 'ID-card reader on a serial line',
  'reader-model.sdt-hid-raw64': 'Routon iDR210 and alike (HID, raw 64-byte reports)',
  'reader-note.sdt-hid-raw64':
    'at least 5 ms between write and read; devices with one endpoint that answer by GET_REPORT cannot be read',
  'reader-model.sdt-hid-miaxis': 'Miaxis and alike (HID, wrapped)',
  'reader-note.sdt-hid-miaxis': 'stale input is drained first; the antenna is switched off after a read',
  'reader-model.sdt-hid-dk': 'DK and alike (HID, length-prefixed)',
  'reader-note.sdt-hid-dk': 'finding a card is retried up to ten times',
  'reader-note.service-shensi':
    'another program may listen on port 9000: it is asked when somebody looks again, and listed when it answers as the service does',
  'reader-model.sdt-usb-bulk': 'ID-card reader on vendor-bulk USB (0400:C35A)',
  'reader-note.sdt-usb-bulk':
    "the makers' services are tried in order and the last good one is remembered; on Windows the device is in no list of serial or HID devices, only its service is seen",
  'reader-model.number-serial': 'card-number reader on a serial line',
  'reader-model.number-boot-keyboard': 'card-number reader as USB keyboard, opened directly',
  'reader-model.number-wedge': 'card-number reader that types into the window',
  'reader-model.scanner-serial': 'barcode scanner on a serial line',
  'reader-note.scanner-serial': 'CR, LF, CRLF or a silence ends a code',
  'reader-model.scanner-hid-pos': 'HID-POS barcode scanner',
  'reader-note.scanner-hid-pos': 'both layouts of the report are read',
  'reader-model.scanner-boot-keyboard': 'barcode scanner as USB keyboard, opened directly',
  'reader-model.scanner-wedge': 'barcode scanner that types into the window',
  'reader-note.types-plainly':
    'set by its manual to: USB keyboard, US layout, suffix CR, no ALT mode, inter-character delay 0',
  'reader-maker.huashi': 'Huashi (China-Vision)',
  'reader-maker.shensi': 'Shensi (Synthesis)',
  'reader-maker.decard': 'Decard',
  'reader-model.service': '{maker} reading service',
  'reader-install.service':
    "install {maker}'s local reading service ({at}; from the disc or the maker's site)",
  'reader-guide.service-windows':
    "{install}; start it, press * (look again) on the kiosk's page of readers and choose it",
  'reader-install.makers-service':
    "this reader needs its maker's service: install the maker's local reading service on this machine (Huashi HTTP 19196, Shensi WebSocket 9000 or Decard WebSocket 47903; from the disc or the maker's site), look again and choose it",
  'reader-note.rate-kept': 'the module remembers the rate it was set to; all five are tried',
  'reader-guide.drivers-along':
    "plug it in; without internet bring the driver of the USB-serial chip (CH340, CP210x, FTDI, PL2303). The COM number changes with the USB hole; the reader is found again by its chip's identity",
  'reader-guide.dialout':
    'the deb package or 60-muster-readers.rules gives access to known chips; for others add the user to the group dialout. If brltty takes a CH340 away, remove brltty',
  'reader-guide.no-driver': 'plug it in; no driver is needed',
  'reader-guide.rules-and-libusb':
    'the deb package, or copy 60-muster-readers.rules and install libusb-1.0-0; then plug it in anew',
  'reader-guide.own-rule':
    'install libusb-1.0-0; add a line with the VID:PID of this device as shown at the end of 60-muster-readers.rules; plug it in anew',
  'reader-guide.window-keys':
    'plug it in; the kiosk window must be in front. Physical keys are read, so a Chinese input method does no harm',
  'reader-guide.keyboard-on-windows':
    'Windows opens no keyboard to a program: choose the one that types into the window, or switch the device to serial or HID-POS by its manual',
  'reader-guide.service-linux':
    'no Linux service of the makers is publicly known (ask for one for UOS or Kylin); otherwise use this reader on a Windows machine',
  'reader-note.repeats':
    'repeats the number while the card lies there; the same number counts once until a gap',
  'reader-note.unknown-format':
    'hex or decimal, length and byte order differ from device to device and are set once when it is chosen',
} as const;
