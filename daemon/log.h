#ifndef WB_DAEMON_LOG_H
#define WB_DAEMON_LOG_H

/*
 * log: one line to standard error for each event worth one.
 *
 * Bytes that are not visible ASCII are shown as '?', so that nothing from
 * outside can forge a line; contents of statements are never logged.  Under
 * systemd ($JOURNAL_STREAM) a line begins with its level.  Any thread.
 */
enum wb_level { WB_LOG_ERROR = 3, WB_LOG_WARNING = 4, WB_LOG_INFO = 6 };

void wb_log(enum wb_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* WB_DAEMON_LOG_H */
