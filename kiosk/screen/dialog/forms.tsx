import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { parsePairingCode } from '#shared/contract/wire.ts';
import { LANGUAGE_CODES, LANGUAGES } from '#shared/language/languages.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { Words } from './dialog-words.tsx';
import { ENTRY_FAULTS } from '../words/entry-words.ts';
import { KeyButton, MINUS, PLUS, TIMES } from './key-button.tsx';
import { keyOf } from '../input/keys.ts';
import type { ScreenStore } from '../input/screen-store.ts';
import { useLanguage, useSay } from '../words/language.tsx';

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
  said: PlainKey;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
  takes: 'text' | 'digits' | 'address';
  first?: boolean;
  store: ScreenStore;
}

/** A field of the browser's own, for text that may need an input method or the clipboard. */
function Field({ name, said, value, onChange, maxLength, takes, first, store }: FieldProps): ReactNode {
  const say = useSay();
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
      <span>{say(said)}</span>
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
  accept: PlainKey;
  canLeave: boolean;
  hasAddress: boolean;
}): ReactNode {
  const say = useSay();
  return (
    <nav className="key-bar">
      <KeyButton
        cap="−"
        label={say(canLeave ? 'key.erase-or-back' : 'key.erase')}
        keys={[MINUS]}
        pressAll={() => takeBack(store)}
      />
      <KeyButton cap="+" label={say('key.next-field')} keys={[PLUS]} pressAll={goOn} />
      {hasAddress ? (
        <KeyButton cap="*" label={say('key.colon')} keys={[TIMES]} pressAll={writeColon} />
      ) : null}
      {canLeave ? null : <LanguageButtons store={store} />}
      <button
        type="submit"
        className="key-button key-strong"
        data-key="submit"
        onMouseDown={(event) => event.preventDefault()} // the field being written keeps the focus
      >
        <kbd>{'Enter'}</kbd>
        <span>{say(accept)}</span>
      </button>
    </nav>
  );
}

/** Where there is no menu yet: every other language by its own name, for who cannot read this one. */
function LanguageButtons({ store }: { store: ScreenStore }): ReactNode {
  const { language } = useLanguage();
  return LANGUAGE_CODES.filter((code) => code !== language).map((code) => (
    <button
      type="button"
      className="key-button"
      key={code}
      data-key={code}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => store.submit({ command: 'choose-language', language: code })}
    >
      <span>{LANGUAGES[code].name}</span>
    </button>
  ));
}

/**
 * 没有证件: name and phone, to be verified later. A number pad writes no name: without one the person is registered at a
 * second Enter.
 */
export function PersonForm({ fault, store }: { fault: Message | null; store: ScreenStore }): ReactNode {
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [told, setTold] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const ask = (field: string, words: Message): void => {
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
        said="entry.name"
        value={name}
        onChange={setName}
        maxLength={60}
        takes="text"
        first
      />
      <Field
        store={store}
        name="phone"
        said="term.phone"
        value={phone}
        onChange={setPhone}
        maxLength={20}
        takes="digits"
      />
      <Words said={fault} className="fault" />
      <FormKeys store={store} accept="key.register" canLeave hasAddress={false} />
    </form>
  );
}

interface PairingFormProps {
  fault: Message | null;
  store: ScreenStore;
  canLeave: boolean;
  paired: boolean;
  /** Whether the token of the present pairing is bound to this machine. */
  token: Message | null;
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
        said="entry.pairing-text"
        value={text}
        onChange={setText}
        maxLength={300}
        takes="text"
        first
      />
      <Words said={message('entry.or-typed')} className="form-or" />
      <div className="form-row">
        <Field
          store={store}
          name="address"
          said="term.address"
          value={address}
          onChange={setAddress}
          maxLength={120}
          takes="address"
        />
        <Field
          store={store}
          name="secret"
          said="term.pairing-code"
          value={secret}
          onChange={setSecret}
          maxLength={64}
          takes="digits"
        />
      </div>
      <Words said={fault ?? token} className={fault === null ? 'hint' : 'fault'} />
      <FormKeys store={store} accept="key.pair" canLeave={canLeave} hasAddress />
    </form>
  );
}
