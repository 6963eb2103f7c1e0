import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { parsePairingCode } from '#shared/contract/wire.ts';
import { Words } from './dialog-words.tsx';
import { ENTRY_FAULTS } from '../words/entry-words.ts';
import { KeyButton, MINUS } from './key-button.tsx';
import { keyOf } from '../input/keys.ts';
import type { ScreenStore } from '../input/screen-store.ts';
import type { Line } from '../words/line.ts';

/** − of the number pad takes a character away as in every dialog, and leaves where there is none; it never writes a sign. */
function takeBack(store: ScreenStore): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.value !== '') document.execCommand('delete');
  else store.pressAll([MINUS]);
}

interface FieldProps {
  label: Line;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
  first?: boolean;
  store: ScreenStore;
}

/** A field of the browser's own, for text that may need an input method or the clipboard. */
function Field({ label, value, onChange, maxLength, first, store }: FieldProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method pages through its words with −.
    if (keyOf(event)?.name !== 'minus' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!event.repeat) takeBack(store);
  };
  return (
    <label className="field">
      <span>
        {label.zh} <em>{label.en}</em>
      </span>
      <input
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
}: {
  store: ScreenStore;
  accept: string;
  canLeave: boolean;
}): ReactNode {
  return (
    <nav className="key-bar">
      {canLeave ? (
        <KeyButton cap="−" zh="删/返回" en="erase / back" keys={[MINUS]} pressAll={() => takeBack(store)} />
      ) : null}
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

/** 没有证件: name and phone, to be verified later. */
export function PersonForm({ fault, store }: { fault: Line | null; store: ScreenStore }): ReactNode {
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === '') return store.complain(ENTRY_FAULTS.name);
    if (phone.trim() === '') return store.complain(ENTRY_FAULTS.phone);
    store.submit({
      command: 'manual',
      kind: 'none',
      number: '',
      documentType: null,
      name: name.trim(),
      phone: phone.trim(),
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        store={store}
        label={{ zh: '姓名', en: 'Name' }}
        value={name}
        onChange={setName}
        maxLength={60}
        first
      />
      <Field
        store={store}
        label={{ zh: '电话', en: 'Phone' }}
        value={phone}
        onChange={setPhone}
        maxLength={20}
      />
      <Words line={fault} className="fault" />
      <FormKeys store={store} accept="登记" canLeave />
    </form>
  );
}

interface PairingFormProps {
  fault: Line | null;
  store: ScreenStore;
  canLeave: boolean;
  paired: boolean;
}

/** Pairing by the QR's text, or by typed address and code; a text that holds everything wins. */
export function PairingForm({ fault, store, canLeave, paired }: PairingFormProps): ReactNode {
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
    if (address.trim() === '' || (!paired && secret.trim() === ''))
      return store.complain(ENTRY_FAULTS.address);
    store.submit({ command: 'pair-typed', address: address.trim(), secret: secret.trim() });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        store={store}
        label={{ zh: '扫码或粘贴配对文字 (muster:…)', en: 'scan or paste the pairing text' }}
        value={text}
        onChange={setText}
        maxLength={300}
        first
      />
      <p className="form-or">
        或者照主机屏幕输入 <em>or type what the edge shows</em>
      </p>
      <div className="form-row">
        <Field
          store={store}
          label={{ zh: '主机地址', en: 'address' }}
          value={address}
          onChange={setAddress}
          maxLength={120}
        />
        <Field
          store={store}
          label={{ zh: '配对码', en: 'code' }}
          value={secret}
          onChange={setSecret}
          maxLength={64}
        />
      </div>
      <Words line={fault} className="fault" />
      <FormKeys store={store} accept="配对" canLeave={canLeave} />
    </form>
  );
}
