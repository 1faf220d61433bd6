import './base.css';
import './administration.css';
import './catalogs.css';
import './datasources.css';
import './pipelines.css';
import './projects.css';
import './results.css';
import './standard.css';
