/// The commit that this was built from and its date, as `scripts/install` names them in USHER_BUILD; else "development".
const char *_Nonnull usher_build(void);
