import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import * as React from 'react';

import { TextEditor } from '../components/editor';
import type { Problem } from './backend';
import { type ConnectorOption, isPlain, valueOf } from './rules';

export interface IFieldProps {
  option: ConnectorOption;
  value: PartialJSONValue | undefined;
  /** Why it is asked for; empty where it may be left out. */
  because: string;
  problems: readonly Problem[];
  /** Tells one node from another: a field of another node is another field. */
  place: string;
  editors: IEditorFactoryService;
  trans: TranslationBundle;
  onChange: (value: PartialJSONValue | undefined) => void;
  /** Keeps a password and answers the reference to it. */
  onSecret: (value: string) => Promise<string>;
}

const MIME = {
  sql: 'text/x-sql',
  json: 'application/json',
  text: 'text/plain'
};
const REFERENCE = /\$\{[^}]+\}|\{\{[^}]+\}\}/;

/** One option: its key, what it takes, what is wrong with it, and what it is for. */
export function OptionField(props: IFieldProps): React.JSX.Element {
  const { because, option, place, problems } = props;
  const id = `${place}-${option.key}`;
  const wrong = problems.length > 0;
  return (
    <div
      className={`jp-scaleph-option${wrong ? ' jp-mod-wrong' : ''}`}
      data-option={option.key}
    >
      <label htmlFor={id}>
        <code>{option.key}</code>
        {because && <span className="jp-scaleph-because">{because}</span>}
      </label>
      <Control {...props} id={id} />
      {problems.map(({ code, hint, message, severity }) => (
        <p
          key={code}
          className={`jp-scaleph-wrong jp-mod-${severity}`}
          role="alert"
        >
          {hint === option.description ? message : `${message} ${hint}`.trim()}
        </p>
      ))}
      {option.description && (
        <p className="jp-scaleph-quiet">{option.description}</p>
      )}
    </div>
  );
}

function Control(props: IFieldProps & { id: string }): React.JSX.Element {
  const { editors, id, onChange, option, value } = props;
  if (option.sensitive) {
    return <SecretControl {...props} />;
  }
  if (option.type === 'boolean' || option.type === 'enum' || option.values) {
    if (option.type !== 'list') {
      return <ChoiceControl {...props} />;
    }
  }
  if (option.type === 'list' && isPlain(option)) {
    return <ListControl {...props} />;
  }
  if (option.type === 'map' && isPlain(option)) {
    return <MapControl {...props} />;
  }
  if (['list', 'map', 'object'].includes(option.type)) {
    return <JsonControl {...props} />;
  }
  if (option.editor) {
    return (
      <TextEditor
        key={id}
        factory={editors}
        label={option.key}
        mimeType={MIME[option.editor]}
        initial={textOf(value)}
        onChange={text => onChange(text === '' ? undefined : text)}
      />
    );
  }
  const numeric = option.type === 'integer' || option.type === 'number';
  return (
    <input
      id={id}
      className="jp-mod-styled"
      inputMode={numeric ? 'decimal' : undefined}
      placeholder={textOf(option.default as PartialJSONValue)}
      value={textOf(value)}
      onChange={event => onChange(valueOf(option, event.target.value))}
    />
  );
}

/** Values to choose from; the first is not to say anything. */
function ChoiceControl(props: IFieldProps & { id: string }): React.JSX.Element {
  const { id, onChange, option, trans, value } = props;
  const values =
    option.type === 'boolean'
      ? ['true', 'false']
      : (option.values ?? []).map(each => String(each as string | number));
  const given = textOf(value);
  const known = values.find(
    each => String(each).toLowerCase() === given.toLowerCase()
  );
  const byDefault = textOf(option.default as PartialJSONValue);
  return (
    <select
      id={id}
      className="jp-mod-styled"
      value={given === '' ? '' : String(known ?? given)}
      onChange={event => onChange(valueOf(option, event.target.value))}
    >
      <option value="">
        {byDefault === ''
          ? trans.__('(not given)')
          : trans.__('%1 (default)', byDefault)}
      </option>
      {given !== '' && known === undefined && (
        <option value={given}>{given}</option>
      )}
      {values.map(each => (
        <option key={String(each)} value={String(each)}>
          {String(each)}
        </option>
      ))}
    </select>
  );
}

/** A password: what is typed is kept as a secret, and only its name stands in the document. */
function SecretControl(props: IFieldProps & { id: string }): React.JSX.Element {
  const { id, onChange, onSecret, trans, value } = props;
  const [typed, setTyped] = React.useState<string | null>(null);
  const [failure, setFailure] = React.useState('');
  const keep = async (): Promise<void> => {
    if (typed === null) {
      return;
    }
    setFailure('');
    try {
      if (typed === '' || REFERENCE.test(typed)) {
        onChange(typed === '' ? undefined : typed);
      } else {
        onChange(await onSecret(typed));
      }
      setTyped(null);
    } catch (reason) {
      setFailure(reason instanceof Error ? reason.message : String(reason));
    }
  };
  const shown = typed ?? textOf(value);
  const isOpen = shown === '' || REFERENCE.test(shown);
  return (
    <>
      <input
        id={id}
        className="jp-mod-styled"
        type={isOpen ? 'text' : 'password'}
        autoComplete="off"
        placeholder="{{secret:NAME}}"
        title={trans.__(
          'It is kept as a secret, and stands here as its name; or write {{secret:NAME}}.'
        )}
        value={shown}
        onChange={event => setTyped(event.target.value)}
        onBlur={() => void keep()}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            void keep();
          }
        }}
      />
      {failure && <p className="jp-scaleph-wrong jp-mod-error">{failure}</p>}
    </>
  );
}

/** A list of plain values, one a line. */
function ListControl(props: IFieldProps & { id: string }): React.JSX.Element {
  const { id, onChange, option, trans, value } = props;
  const lines = Array.isArray(value)
    ? value.map(textOf).join('\n')
    : textOf(value);
  const item = { ...option, type: itemType(option) } as ConnectorOption;
  const [text, setText] = useText(lines, `${id}`);
  return (
    <textarea
      id={id}
      className="jp-mod-styled"
      rows={Math.min(8, Math.max(2, text.split('\n').length))}
      placeholder={trans.__('One a line')}
      value={text}
      onChange={event => {
        setText(event.target.value);
        const items = event.target.value
          .split('\n')
          .filter(line => line.trim() !== '')
          .map(line => valueOf(item, line.trim()) ?? '');
        onChange(items.length === 0 ? undefined : items);
      }}
    />
  );
}

/** Keys and plain values, one pair a line: `key = value`. */
function MapControl(props: IFieldProps & { id: string }): React.JSX.Element {
  const { id, onChange, option, trans, value } = props;
  const entries =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [];
  const lines = entries.map(([key, each]) => `${key} = ${textOf(each)}`);
  const item = { ...option, type: itemType(option) } as ConnectorOption;
  const [text, setText] = useText(lines.join('\n'), id);
  return (
    <textarea
      id={id}
      className="jp-mod-styled"
      rows={Math.min(8, Math.max(2, text.split('\n').length))}
      placeholder={trans.__('key = value, one a line')}
      value={text}
      onChange={event => {
        setText(event.target.value);
        const map: PartialJSONObject = {};
        for (const line of event.target.value.split('\n')) {
          const [key, ...rest] = line.split('=');
          if (key.trim() !== '' && rest.length > 0) {
            map[key.trim()] = valueOf(item, rest.join('=').trim()) ?? '';
          }
        }
        onChange(Object.keys(map).length === 0 ? undefined : map);
      }}
    />
  );
}

/** What no field fits: JSON, which is taken when it is whole. */
function JsonControl(props: IFieldProps & { id: string }): React.JSX.Element {
  const { editors, id, onChange, option, trans, value } = props;
  const [wrong, setWrong] = React.useState('');
  const initial =
    value === undefined
      ? ''
      : typeof value === 'string'
        ? value
        : JSON.stringify(value, null, 2);
  return (
    <>
      <TextEditor
        key={id}
        factory={editors}
        label={option.key}
        mimeType={MIME.json}
        initial={initial}
        onChange={text => {
          try {
            onChange(
              text.trim() === ''
                ? undefined
                : (JSON.parse(text) as PartialJSONValue)
            );
            setWrong('');
          } catch (reason) {
            const message = reason instanceof Error ? reason.message : '';
            setWrong(trans.__('Not JSON yet: %1', message));
          }
        }}
      />
      {wrong && <p className="jp-scaleph-wrong jp-mod-warning">{wrong}</p>}
    </>
  );
}

/** A text that is typed freely, until the value is changed from elsewhere, as undo does. */
function useText(
  value: string,
  place: string
): [string, (text: string) => void] {
  const [state, setState] = React.useState({ text: value, value, place });
  const normal = (text: string): string =>
    text
      .split('\n')
      .map(line => line.trim().replace(/\s*=\s*/, '='))
      .filter(line => line !== '')
      .join('\n');
  const isMine = state.place === place && normal(state.text) === normal(value);
  const isTyping =
    state.place === place && state.value === value && state.text !== value;
  const text = isMine || isTyping ? state.text : value;
  return [text, next => setState({ text: next, value, place })];
}

function itemType(option: ConnectorOption): string {
  return (option.items as { type?: string } | undefined)?.type ?? 'string';
}

function textOf(value: PartialJSONValue | undefined): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
