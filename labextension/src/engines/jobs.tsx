import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, launchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Job } from '../tokens';
import type { EngineActions } from './actions';
import { durationWord, jobTone } from './words';

/** Ended jobs beyond these are left to Flink's own UI. */
const MOST_ENDED = 5;

interface IJobsProps {
  engine: string;
  jobs: readonly Job[];
  href: (job: Job) => string;
  actions: EngineActions;
  trans: TranslationBundle;
}

/** The running jobs of an engine, and the last ones that have ended. */
export function Jobs(props: IJobsProps): React.JSX.Element {
  const { jobs, trans } = props;
  const running = jobs.filter(job => !job.done);
  const ended = jobs
    .filter(job => job.done)
    .sort((one, other) => other.end_time - one.end_time);
  return (
    <div className="jp-scaleph-jobs">
      <h4>
        {running.length > 0
          ? trans.__('Running jobs (%1)', running.length)
          : trans.__('Running jobs')}
      </h4>
      {running.length > 0 ? (
        <JobList {...props} jobs={running} label={trans.__('Running jobs')} />
      ) : (
        <p className="jp-scaleph-quiet">
          {trans.__(
            'None. Run a cell that starts with %1 to see its job here.',
            '%%flinksql'
          )}
        </p>
      )}
      {ended.length > 0 && (
        <>
          <h4>{trans.__('Ended jobs (%1)', ended.length)}</h4>
          <JobList
            {...props}
            jobs={ended.slice(0, MOST_ENDED)}
            label={trans.__('Ended jobs')}
          />
        </>
      )}
    </div>
  );
}

function JobList(props: IJobsProps & { label: string }): React.JSX.Element {
  return (
    <ul aria-label={props.label}>
      {props.jobs.map(job => (
        <JobItem key={job.id} {...props} job={job} />
      ))}
    </ul>
  );
}

function JobItem(props: IJobsProps & { job: Job }): React.JSX.Element {
  const { engine, job, href, actions, trans } = props;
  return (
    <li className="jp-scaleph-job" data-state={job.state}>
      <div className="jp-scaleph-job-text">
        <a
          href={href(job)}
          target="_blank"
          rel="noopener"
          title={trans.__('%1: open in Flink’s web UI', job.name)}
        >
          <span>{job.name}</span>
          <launchIcon.react tag="span" width="12px" height="12px" />
        </a>
        <span className="jp-scaleph-quiet">
          <span className="jp-scaleph-tag" data-tone={jobTone(job)}>
            {job.state}
          </span>
          {durationWord(job.duration, trans)}
        </span>
      </div>
      {!job.done && (
        <button
          className="jp-scaleph-icon-button"
          title={trans.__('Cancel this job…')}
          aria-label={trans.__('Cancel the job %1', job.name)}
          disabled={job.state === 'CANCELLING'}
          onClick={() => actions.cancelJob(engine, job)}
        >
          <closeIcon.react tag="span" width="14px" height="14px" />
        </button>
      )}
    </li>
  );
}
