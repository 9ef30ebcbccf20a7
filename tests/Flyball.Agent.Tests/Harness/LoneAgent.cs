using System.Diagnostics;

namespace Flyball.Agent.Tests.Harness;

/// <summary>An agent in a process of its own, to be killed with SIGKILL.</summary>
internal sealed class LoneAgent : IDisposable
{
    private readonly Process process;

    public LoneAgent(string dataDirectory, string control)
    {
        var start = new ProcessStartInfo("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Flyball.Agent.Lone.dll"));
        start.ArgumentList.Add(dataDirectory);
        start.ArgumentList.Add(control);
        process = Process.Start(start)!;
    }

    /// <summary>SIGKILL to the agent alone; its tasks are not its process group.</summary>
    public void Kill()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: false);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
