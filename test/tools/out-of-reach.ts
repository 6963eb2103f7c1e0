import { MAKERS_SERVICE } from '#drivers/models/reader-guide-words.ts';
import { sentence } from '#shared/language/sentence.ts';
import type { Words } from '#shared/words.ts';

/** Readers and ways of connecting that Muster does not reach, why, and what to do instead (reader-protocols.md 1.2, 4 and 6). */
export const OUT_OF_REACH: readonly { what: Words; why: Words; instead: Words }[] = [
  {
    what: { zh: 'USB 部标读卡器(0400:C35A)直接读取', en: 'vendor-bulk readers (0400:C35A) directly' },
    why: {
      zh: '既不是串口也不是 HID,只有厂家驱动能打开',
      en: "neither a serial line nor HID: only the maker's driver opens them",
    },
    instead: sentence(MAKERS_SERVICE),
  },
  {
    what: {
      zh: '只有一个端点、用 GET_REPORT 应答的 HID 读卡器',
      en: 'HID readers with one endpoint that answer by GET_REPORT',
    },
    why: { zh: 'node-hid 不提供输入 GET_REPORT', en: 'node-hid has no GET_REPORT for input' },
    instead: {
      zh: '能切换时改为串口,或用厂家服务',
      en: "switch it to serial where it can be, or use its maker's service",
    },
  },
  {
    what: { zh: '蓝牙读卡器(如 INVS300 蓝牙)', en: 'Bluetooth readers (INVS300 over Bluetooth and alike)' },
    why: {
      zh: '打开蓝牙串口会去连接别人的设备,本程序从不打开',
      en: "opening a Bluetooth port calls up other people's devices: Muster never opens one",
    },
    instead: { zh: '用 USB 线连接', en: 'connect it by its USB cable' },
  },
  {
    what: { zh: 'CVR-100AU-NJ(另一种指令)', en: 'CVR-100AU-NJ (another dialect)' },
    why: { zh: '只有一份不完整的公开资料', en: 'only one incomplete public source speaks of its commands' },
    instead: { zh: '用华视电子的读卡服务', en: "use Huashi's reading service" },
  },
  {
    what: { zh: 'Windows 上直接读取键盘式设备', en: 'keyboard-like devices opened directly on Windows' },
    why: { zh: 'Windows 不让程序打开键盘', en: 'Windows opens no keyboard to a program' },
    instead: {
      zh: '选键盘式(窗口内读取),或把设备切换到串口或 HID-POS',
      en: 'choose the one that types into the window, or switch the device to serial or HID-POS',
    },
  },
];
