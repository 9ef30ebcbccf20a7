using Flyball.Hosting;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>The server, alone or with an agent and a gateway in the same process, until it is told to stop.</summary>
internal static class ServerRole
{
    public static async Task<int> RunAsync(ServerSettings settings, bool all, CancellationToken cancellation)
    {
        await using RunningServer server = await RunningServer.StartAsync(
            settings, all, stopTasksOnExit: false, cancellation);
        Console.Out.WriteLine($"API http://{settings.Api}, control door {settings.Control}"
            + (all ? $", gateway http://{settings.Gateway}" : "")
            + $"; admin token in {Path.Combine(settings.DataDirectory, ServerComposition.AdminTokenFile)}");
        await server.WaitAsync(cancellation);
        return RoleExit.Ok;
    }
}
