import './base.css';
import './catalogs.css';
