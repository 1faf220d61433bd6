import type { CodeEditor, IEditorFactoryService } from '@jupyterlab/codeeditor';
import { CodeEditor as Editors } from '@jupyterlab/codeeditor';
import * as React from 'react';

export interface ITextEditorProps {
  factory: IEditorFactoryService;
  label: string;
  mimeType: string;
  /** The text at first; the editor holds it from then on. */
  initial: string;
  onChange: (text: string) => void;
}

/** JupyterLab's own editor of code, in a form. */
export function TextEditor(props: ITextEditorProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const latest = React.useRef(props);
  React.useEffect(() => {
    latest.current = props;
  });
  React.useEffect(() => {
    const node = host.current;
    if (!node) {
      return;
    }
    const { factory, initial, label, mimeType } = latest.current;
    const model = new Editors.Model({ mimeType });
    model.sharedModel.setSource(initial);
    const editor: CodeEditor.IEditor = factory.newInlineEditor({
      host: node,
      model,
      config: { lineNumbers: true, lineWrap: false }
    });
    node.querySelector('.cm-content')?.setAttribute('aria-label', label);
    const tell = (): void =>
      latest.current.onChange(model.sharedModel.getSource());
    model.sharedModel.changed.connect(tell);
    return () => {
      editor.dispose();
      model.dispose();
    };
  }, []);
  return <div ref={host} className="jp-scaleph-editor" />;
}
