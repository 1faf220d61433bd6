import './base.css';
import './catalogs.css';
import './results.css';
