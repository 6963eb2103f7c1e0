import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { parsePairingCode } from '#shared/contract/wire.ts';
import { Words } from './dialog-words.tsx';
import { ENTRY_FAULTS } from '../words/entry-words.ts';
import { KeyButton, MINUS, PLUS, TIMES } from './key-button.tsx';
import { keyOf } from '../input/keys.ts';
import type { ScreenStore } from '../input/screen-store.ts';
import type { Line } from '../words/line.ts';

/** − of the number pad takes a character away as in every dialog, and leaves where there is none; it never writes a sign. */
function takeBack(store: ScreenStore): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.value !== '') document.execCommand('delete');
  else store.pressAll([MINUS]);
}

const fieldsOf = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('.form input')];

/** + of the number pad goes to the next field, and from the last to the first. */
function goOn(): void {
  const fields = fieldsOf();
  const at = fields.findIndex((field) => field === document.activeElement);
  fields[(at + 1) % fields.length]?.focus();
}

const goTo = (name: string): void =>
  fieldsOf()
    .find((field) => field.name === name)
    ?.focus();

function writeColon(): void {
  goTo('address');
  document.execCommand('insertText', false, ':');
}

/**
 * What a key of the number pad does in a field; null leaves it to the browser. Of a number its digits are known by their
 * places, so that neither NumLock nor an input method changes them.
 */
function padAction(
  event: KeyboardEvent,
  takes: 'text' | 'digits' | 'address',
  store: ScreenStore,
): (() => void) | null {
  const key = keyOf(event);
  if (key === null || event.ctrlKey || event.altKey || event.metaKey) return null;
  if (key.name === 'minus') return event.repeat ? () => {} : () => takeBack(store);
  if (key.name === 'plus') return goOn;
  if (takes === 'text' || !event.code.startsWith('Numpad')) return null;
  if (key.name === 'char' || (key.name === 'point' && takes === 'address'))
    return () => void document.execCommand('insertText', false, key.char);
  if (key.name === 'times' && takes === 'address') return writeColon;
  return key.name === 'enter' ? null : () => {};
}

interface FieldProps {
  name: string;
  label: Line;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
  takes: 'text' | 'digits' | 'address';
  first?: boolean;
  store: ScreenStore;
}

/** A field of the browser's own, for text that may need an input method or the clipboard. */
function Field({ name, label, value, onChange, maxLength, takes, first, store }: FieldProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method pages through its words with + and −, and picks one with a digit.
    if (event.nativeEvent.isComposing) return;
    const action = padAction(event, takes, store);
    if (action === null) return;
    event.preventDefault();
    action();
  };
  return (
    <label className="field">
      <span>
        {label.zh} <em>{label.en}</em>
      </span>
      <input
        name={name}
        value={value}
        maxLength={maxLength}
        autoFocus={first === true}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </label>
  );
}

function FormKeys({
  store,
  accept,
  canLeave,
  hasAddress,
}: {
  store: ScreenStore;
  accept: string;
  canLeave: boolean;
  hasAddress: boolean;
}): ReactNode {
  const back = canLeave ? { zh: '删/返回', en: 'erase / back' } : { zh: '删', en: 'erase' };
  return (
    <nav className="key-bar">
      <KeyButton cap="−" {...back} keys={[MINUS]} pressAll={() => takeBack(store)} />
      <KeyButton cap="+" zh="下一栏" en="next field" keys={[PLUS]} pressAll={goOn} />
      {hasAddress ? <KeyButton cap="*" zh="冒号 :" en="colon" keys={[TIMES]} pressAll={writeColon} /> : null}
      <button
        type="submit"
        className="key-button key-strong"
        data-key="submit"
        onMouseDown={(event) => event.preventDefault()} // the field being written keeps the focus
      >
        <kbd>Enter</kbd>
        <span>{accept}</span>
      </button>
    </nav>
  );
}

/**
 * 没有证件: name and phone, to be verified later. A number pad writes no name: without one the person is registered at a
 * second Enter.
 */
export function PersonForm({ fault, store }: { fault: Line | null; store: ScreenStore }): ReactNode {
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [told, setTold] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const ask = (field: string, words: Line): void => {
      goTo(field);
      store.complain(words);
    };
    // Digits for the other field, or what a scanner has typed.
    if (/^[0-9]+$/.test(name.trim())) return ask('name', ENTRY_FAULTS.nameDigits);
    if (phone.trim() === '') return ask('phone', ENTRY_FAULTS.phone);
    if (name.trim() === '' && !told) {
      setTold(true);
      return store.complain(ENTRY_FAULTS.nameless);
    }
    store.submit({
      command: 'manual',
      kind: 'none',
      number: '',
      documentType: null,
      name: name.trim() === '' ? null : name.trim(),
      phone: phone.trim(),
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        store={store}
        name="name"
        label={{ zh: '姓名 (只有数字键盘就空着,以后补)', en: 'Name, or leave it empty' }}
        value={name}
        onChange={setName}
        maxLength={60}
        takes="text"
        first
      />
      <Field
        store={store}
        name="phone"
        label={{ zh: '电话', en: 'Phone' }}
        value={phone}
        onChange={setPhone}
        maxLength={20}
        takes="digits"
      />
      <Words line={fault} className="fault" />
      <FormKeys store={store} accept="登记" canLeave hasAddress={false} />
    </form>
  );
}

interface PairingFormProps {
  fault: Line | null;
  store: ScreenStore;
  canLeave: boolean;
  paired: boolean;
  /** Whether the token of the present pairing is bound to this machine. */
  token: Line | null;
}

/** Pairing by the QR's text, or by typed address and code; a text that holds everything wins. */
export function PairingForm({ fault, store, canLeave, paired, token }: PairingFormProps): ReactNode {
  const [text, setText] = useState('');
  const [address, setAddress] = useState('');
  const [secret, setSecret] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const code = text.trim();
    if (code !== '')
      return parsePairingCode(code) === null
        ? store.complain(ENTRY_FAULTS.pairing)
        : store.submit({ command: 'pair', code });
    // A kiosk that is paired only learns the edge's new address: it knows the key.
    const missing = address.trim() === '' ? 'address' : !paired && secret.trim() === '' ? 'secret' : null;
    if (missing !== null) {
      goTo(missing);
      return store.complain(ENTRY_FAULTS.address);
    }
    store.submit({ command: 'pair-typed', address: address.trim(), secret: secret.trim() });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        store={store}
        name="text"
        label={{ zh: '扫码或粘贴配对文字 (muster:…)', en: 'scan or paste the pairing text' }}
        value={text}
        onChange={setText}
        maxLength={300}
        takes="text"
        first
      />
      <p className="form-or">
        或者照主机屏幕输入 <em>or type what the edge shows</em>
      </p>
      <div className="form-row">
        <Field
          store={store}
          name="address"
          label={{ zh: '主机地址', en: 'address' }}
          value={address}
          onChange={setAddress}
          maxLength={120}
          takes="address"
        />
        <Field
          store={store}
          name="secret"
          label={{ zh: '配对码', en: 'code' }}
          value={secret}
          onChange={setSecret}
          maxLength={64}
          takes="digits"
        />
      </div>
      <Words line={fault ?? token} className={fault === null ? 'hint' : 'fault'} />
      <FormKeys store={store} accept="配对" canLeave={canLeave} hasAddress />
    </form>
  );
}
