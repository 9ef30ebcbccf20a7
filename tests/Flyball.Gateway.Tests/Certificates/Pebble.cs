using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.Certificates.Acme;
using Flyball.Gateway.Tests.Tls;

namespace Flyball.Gateway.Tests.Certificates;

/// <summary>
/// A real ACME server for tests, Debian's <c>pebble</c>: it asks for HTTP-01 proofs at the port it is told, refuses
/// every fourth nonce, and finds each host at 127.0.0.1 by a name server of its own.
/// </summary>
internal sealed class Pebble : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-pebble-").FullName;
    private readonly TestCertificates authority = new("CN=pebble");
    private readonly int port = FreePort();
    private readonly int managementPort = FreePort();
    private Process? names;
    private Process? server;

    public Pebble()
    {
        (string chain, string key) = authority.Server("localhost");
        File.WriteAllText(Path.Combine(directory, "cert.pem"), chain);
        File.WriteAllText(Path.Combine(directory, "key.pem"), key);
        File.WriteAllText(RootsFile, authority.RootPem);
    }

    public Uri Address => new($"https://localhost:{port}/dir");

    public string RootsFile => Path.Combine(directory, "roots.pem");

    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "pebble")));

    public AcmeOptions Options => new()
    {
        Directory = Address, RootsFile = RootsFile, PollInterval = TimeSpan.FromMilliseconds(100),
        Email = "ops@shop.example",
    };

    /// <summary>Returns when it answers.</summary>
    /// <param name="httpPort">Where it asks for proofs.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task StartAsync(int httpPort, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "config.json"), $$$"""
            {"pebble":{"listenAddress":"127.0.0.1:{{{port}}}",
            "managementListenAddress":"127.0.0.1:{{{managementPort}}}",
            "certificate":"{{{directory}}}/cert.pem","privateKey":"{{{directory}}}/key.pem",
            "httpPort":{{{httpPort}}},"tlsPort":1,"ocspResponderURL":"","externalAccountBindingRequired":false}}
            """, cancellation);
        int dns = FreePort();
        int control = FreePort();
        names = Start("pebble-challtestsrv", $"-defaultIPv4 127.0.0.1 -defaultIPv6 \"\" -dns01 127.0.0.1:{dns} "
            + $"-management 127.0.0.1:{control} -http01 \"\" -https01 \"\" -tlsalpn01 \"\"");
        server = Start("pebble", $"-config {directory}/config.json -dnsserver 127.0.0.1:{dns}");
        await AnswersAsync(names, control, cancellation);
        await AnswersAsync(server, port, cancellation);
    }

    private static async Task AnswersAsync(Process process, int at, CancellationToken cancellation)
    {
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, at, cancellation);
                return;
            }
            catch (SocketException)
            {
                Assert.False(process.HasExited, $"{process.StartInfo.FileName} ended");
            }
        }
    }

    public void Dispose()
    {
        foreach (Process? process in new[] { server, names })
        {
            if (process is null) continue;
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        authority.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static Process Start(string program, string arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["PEBBLE_VA_NOSLEEP"] = "1", ["PEBBLE_WFE_NONCEREJECT"] = "25" },
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>
    /// Below the ports that the kernel gives to clients: before pebble listens, another test's connection could get one.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(12_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
