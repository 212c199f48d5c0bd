package peers

// PID is the process id of the running server.
func (s *Server) PID() int { return s.proc.cmd.Process.Pid }

// PID is the process id of the running program.
func (f *Frontdesk) PID() int { return f.proc.cmd.Process.Pid }
