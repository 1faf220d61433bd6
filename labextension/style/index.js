import './administration.css';
import './base.css';
import './catalogs.css';
import './datasources.css';
import './projects.css';
import './results.css';
import './standard.css';
