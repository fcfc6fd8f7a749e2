#ifndef SUBREAPER_H
#define SUBREAPER_H

/// Makes this process the parent of all that its descendants leave behind, so that none is lost from sight; 0 if it can't.
int become_subreaper(void);

#endif
