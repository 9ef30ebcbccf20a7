using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Registering;
using Flyball.Discovery.Sidecar.Relaying;
using Flyball.Discovery.Sidecar.Using;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar;

/// <summary>A sidecar with its two halves: what it registers, and what it leads to.</summary>
internal sealed partial class RunningSidecar : IAsyncDisposable
{
    private readonly SidecarOptions options;
    private readonly ILogger logger;
    private readonly NetworkCheckProbe network = new();
    private readonly CatalogueClient catalogue;
    private readonly RelayLoop[] loops;
    private readonly BackEndKeeper keeper;
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly CancellationTokenSource ending = new();
    private Task keeping = Task.CompletedTask;

    public RunningSidecar(
        SidecarOptions options, SidecarSpec spec, SidecarParts parts, ILogger<RunningSidecar> logger)
    {
        this.options = options;
        this.logger = logger;
        Spec = spec;
        catalogue = new CatalogueClient(spec, parts.Time);
        loops = [.. Enumerable.Range(0, spec.Loops).Select(index => new RelayLoop(index, parts.Time, logger))];
        keeper = new BackEndKeeper(
            new KnownBackEnds(parts.Disk, Path.Combine(options.DataDirectory, "back-ends")), parts.Workers,
            parts.Time, logger);
        Processes = new ProcessSet(catalogue, new CheckParts(network, parts.Time, logger), parts.Random);
        Services = new UsedServices(catalogue, loops, keeper, parts.Time, parts.Random, logger);
    }

    /// <summary>As it was last read.</summary>
    public SidecarSpec Spec { get; private set; }

    public ProcessSet Processes { get; }

    public UsedServices Services { get; }

    public long SaveFailures => keeper.Failures;

    /// <summary>Its ports are open, and its checks have begun.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>It takes its leave, and is not ready any more.</summary>
    public bool IsStopping { get; private set; }

    /// <exception cref="SidecarPortException">A port is taken, or may not be had.</exception>
    public async Task StartAsync()
    {
        // A signal to read the file again waits for the start.
        await changing.WaitAsync();
        try
        {
            keeper.Load();
            foreach (RelayLoop loop in loops) loop.Start();
            keeping = keeper.RunAsync(ending.Token);
            await Services.ApplyAsync(Spec.Use);
            await Processes.ApplyAsync(Spec, leaseChanged: false);
            IsStarted = true;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Reads the file again and changes what is different; a file that is wrong changes nothing.</summary>
    /// <returns>What is wrong with it; nothing when it was taken over.</returns>
    public async Task<IReadOnlyList<string>> ReloadAsync()
    {
        await changing.WaitAsync();
        try
        {
            if (IsStopping) return [];
            (SidecarSpec? read, IReadOnlyList<string> problems) = SidecarReader.Read(options);
            if (read is null) return Refuse(problems);
            if (Fixed(read) is { Length: > 0 } restart) return Refuse(restart);
            bool leaseChanged = read.Lease != Spec.Lease || read.ForgetAfter != Spec.ForgetAfter;
            await Services.ApplyAsync(read.Use);
            catalogue.Spec = read;
            Spec = read;
            await Processes.ApplyAsync(read, leaseChanged);
            Log.Reloaded(logger, options.File ?? "", read.Register.Count, read.Use.Count);
            return [];
        }
        catch (SidecarPortException e)
        {
            return Refuse([e.Message]);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>
    /// Takes what is registered out of the catalogue, serves on meanwhile, and then closes the ports.
    /// </summary>
    /// <param name="cancellation">Cuts the wait for the drain short.</param>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await changing.WaitAsync(CancellationToken.None);
        try
        {
            IsStopping = true;
            await Processes.EndAsync(Spec.Drain, cancellation);
            await Services.CloseDoorsAsync();
        }
        finally
        {
            changing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Processes.DisposeAsync();
        await Services.DisposeAsync();
        await ending.CancelAsync();
        await keeping;
        keeper.Dispose();
        foreach (RelayLoop loop in loops) loop.Dispose();
        catalogue.Dispose();
        network.Dispose();
        ending.Dispose();
        changing.Dispose();
    }

    private IReadOnlyList<string> Refuse(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems) Log.Refused(logger, problem);
        return problems;
    }

    /// <summary>What cannot change while it runs.</summary>
    private string[] Fixed(SidecarSpec read)
    {
        var keys = new List<string>();
        if (read.Catalogue != Spec.Catalogue) keys.Add("catalogue");
        if (!Equals(read.Listen, Spec.Listen)) keys.Add("listen");
        if (read.Loops != Spec.Loops) keys.Add("loops");
        return [.. keys.Select(key => $"{options.File}: {key} has changed, which takes a restart.")];
    }

    private static partial class Log
    {
        [LoggerMessage(4060, LogLevel.Information, "{File} was read again: {Register} registered, {Use} used")]
        public static partial void Reloaded(ILogger logger, string file, int register, int use);

        [LoggerMessage(4061, LogLevel.Warning, "{Problem} Nothing was changed")]
        public static partial void Refused(ILogger logger, string problem);
    }
}

/// <summary>What comes in from outside.</summary>
internal sealed record SidecarParts(IDisk Disk, IWorkers Workers, TimeProvider Time, Random Random);
