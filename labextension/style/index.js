import './base.css';
import './administration.css';
import './catalogs.css';
import './datasources.css';
import './results.css';
