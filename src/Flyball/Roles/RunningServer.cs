using Flyball.Backup;
using Flyball.Cli.Connecting;
using Flyball.Hosting;
using Flyball.Identity;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>
/// A started server: its data directory, its API and control doors and, when asked for, an agent and a gateway beside
/// it. Disposing stops them in the reverse order of their start.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly DataDirectory data;
    private readonly WebApplication api;

    private RunningServer(DataDirectory data, WebApplication api)
    {
        this.data = data;
        this.api = api;
    }

    /// <summary>The user who started this server reaches it by this.</summary>
    public required ClientContext Context { get; init; }

    public static async Task<RunningServer> StartAsync(
        ServerSettings settings, bool all, bool stopTasksOnExit, CancellationToken cancellation)
    {
        settings = DefaultDoors.LeaveOutTaken(settings, Console.Error.WriteLine);
        EnsureDoorsAreFree(settings, all);
        DataDirectory data = DataDirectory.Open(settings.DataDirectory);
        WebApplication? api = null;
        try
        {
            DataBackup.RemoveLeftOvers(data);
            api = ServerComposition.Build(settings, data, all, stopTasksOnExit);
            await api.Services.EnsureFirstTokensAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            // A start that was begun is finished: cut off in the middle it would be told as a failure.
            await api.StartAsync(CancellationToken.None);
            string? token = await ReadAdminTokenAsync(data);
            var context = new ClientContext($"http://{settings.Api}", token);
            // Without a token the file of an earlier start may still have a good one.
            if (token is not null) ClientContext.Write(data.Combine(ClientContext.FileName), context);
            return new RunningServer(data, api) { Context = context };
        }
        catch
        {
            if (api is not null) await api.DisposeAsync();
            data.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Null when its file is lost, which is told: the server runs without it, and whoever has a copy is still let in.
    /// </summary>
    private static async Task<string?> ReadAdminTokenAsync(DataDirectory data)
    {
        string file = data.Combine(ServerComposition.AdminTokenFile);
        if (File.Exists(file)) return (await File.ReadAllTextAsync(file, CancellationToken.None)).Trim();
        await Console.Error.WriteLineAsync(
            $"{file} is lost: stop this server and make a new token with 'flyball token rotate admin --data "
            + $"{data.Path}', or go on with a copy of the old one.");
        return null;
    }

    /// <summary>Returns when the process is told to stop, by signal or by cancellation.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration first = cancellation.Register(() => stopping.TrySetResult());
        using CancellationTokenRegistration second = api.Lifetime.ApplicationStopping.Register(
            () => stopping.TrySetResult());
        await stopping.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await api.StopAsync();
        await api.DisposeAsync();
        data.Dispose();
    }

    private static void EnsureDoorsAreFree(ServerSettings settings, bool all)
    {
        Doors.EnsureFree(
            (Setting.Api, settings.Api), (Setting.Control, settings.Control),
            (DiscoverySettings.Consul, settings.Discovery.Consul),
            (DiscoverySettings.EtcdKeys, settings.Discovery.EtcdKeys), (DiscoverySettings.Dns, settings.Discovery.Dns));
        if (all)
            Doors.EnsureFree(
                (Setting.Gateway, settings.Gateway), (Setting.GatewayH2c, settings.GatewayH2c),
                (Setting.GatewayTls, settings.Security.Listen),
                (Setting.OtlpGrpc, settings.OtlpGrpc), (Setting.OtlpHttp, settings.OtlpHttp));
    }
}
