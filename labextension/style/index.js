import './base.css';
import './catalogs.css';
import './datasources.css';
import './results.css';
import './standard.css';
