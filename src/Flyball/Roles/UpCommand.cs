using System.CommandLine;
using System.Globalization;
using Flyball.Cli.Applying;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>
/// <c>flyball up</c>: the whole platform in this process with one project on it, for as long as the terminal is open.
/// Ctrl-C stops everything that was started.
/// </summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var files = new Option<string[]>("--file", "-f")
            { Description = "A Compose file; several are merged in order. [default: compose.yaml]" };
        var profiles = new Option<string[]>("--profile") { Description = "Also run services of this profile." };
        return new RoleCommand(
            "up", "Runs the platform on this machine with a Compose file; Ctrl-C stops all of it.",
            "flyball up -f compose.yaml",
            [.. RoleSettings.Server, .. RoleSettings.Agent, .. RoleSettings.Gateway, .. RoleSettings.Telemetry])
            { files, profiles }
            .Runs((parsed, settings, cancellation) =>
                RunAsync(settings, parsed.GetValue(files) ?? [], parsed.GetValue(profiles) ?? [], cancellation));
    }

    private static async Task<int> RunAsync(
        ServerSettings settings, string[] files, string[] profiles, CancellationToken cancellation)
    {
        long begun = TimeProvider.System.GetTimestamp();
        var request = new ApplyRequest { Files = files.Length > 0 ? files : [Default()], Profiles = profiles };
        Tell("Starting Flyball…");
        await using RunningServer server = await RunningServer.StartAsync(
            settings, all: true, stopTasksOnExit: true, cancellation);
        if (server.Context.Token is null) return RoleExit.Failed;
        Tell($"""
              gateway  http://{settings.Gateway}{(settings.Security.Listen is { } tls ? $", https://{tls}" : "")}
              API      http://{settings.Api}
              token    {server.Context.Token}
              data     {settings.DataDirectory}

            Applying {string.Join(", ", request.Files)}…
            """);
        int code = RoleExit.Ok;
        try
        {
            using var client = new ProjectClient(server.Context);
            AppliedProject project = await client.ApplyAsync(request, Tell, cancellation);
            bool healthy = await client.WaitAsync(project, Tell, cancellation);
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(begun);
            Tell(healthy
                ? string.Create(CultureInfo.InvariantCulture,
                    $"Ready after {elapsed.TotalSeconds:0.0} s. Ctrl-C stops everything.")
                : "Not everything is healthy: 'flyball why NAME' tells the reason. Ctrl-C stops everything.");
            foreach (string route in project.Routes)
                Tell($"  http://{WithPort(route, settings.Gateway.Port)}");
            await server.WaitAsync(cancellation);
        }
        catch (ProjectException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            code = refused.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C before everything was up: stop what there is.
        }

        Tell("Stopping…");
        return code;
    }

    private static string Default()
    {
        try
        {
            return ProjectClient.DefaultFile();
        }
        catch (ProjectException missing)
        {
            throw new RoleFailure(missing.Message, missing.ExitCode);
        }
    }

    private static string WithPort(string route, int port)
    {
        int slash = route.IndexOf('/', StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{route[..slash]}:{port}{route[slash..]}");
    }

    private static void Tell(string line)
    {
        try
        {
            Console.Out.WriteLine(line);
        }
        catch (IOException)
        {
            // The terminal is gone, and with it whoever would read this; what runs is to be stopped all the same.
        }
    }
}
