using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Flyball.Discovery.Sources;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Against Debian's ZooKeeper; and Jute against anything.</summary>
public sealed class ZooKeeperSourceTests
{
    [Fact]
    public async Task ZooKeeper_NodesComeChangeAndGo_AreFollowedAndKeptWhileItIsAway()
    {
        await using ZooKeeperProcess zooKeeper = await ZooKeeperProcess.StartAsync();
        await zooKeeper.CreateAsync("/services");
        await zooKeeper.CreateAsync("/services/web");
        await zooKeeper.CreateAsync("/services/web/1", "10.0.0.1:8080");
        await using DoorHost host = await SourceHost.StartAsync(zooKeeper.Address + "/services");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");

        await zooKeeper.CreateAsync("/services/web/2", """{"host":"10.0.0.2","port":8080}""", isEphemeral: true);
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.2:8080");
        await zooKeeper.SetAsync("/services/web/1", "10.0.0.11:8080");
        await host.UntilEndpointsAsync("web", "10.0.0.11:8080", "10.0.0.2:8080");
        await zooKeeper.SetAsync("/services/web/1", "nonsense");
        await host.UntilAsync(status => status.Unreadable == 1);
        Assert.Equal(["10.0.0.11:8080", "10.0.0.2:8080"], host.Endpoints("web"));

        // Whoever holds an ephemeral node goes: so does the endpoint.
        await zooKeeper.SetAsync("/services/web/1", "10.0.0.1:8080");
        await host.UntilAsync(status => status.Unreadable == 0);
        await zooKeeper.QuitShellAsync();
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");

        await zooKeeper.KillServerAsync();
        await host.UntilAsync(status => status.State == SourceState.Away);
        Assert.Equal(["10.0.0.1:8080"], host.Endpoints("web"));
        await zooKeeper.StartServerAsync();
        await host.UntilAsync(status => status.State == SourceState.Current);
        Assert.Equal(["10.0.0.1:8080"], host.Endpoints("web"));
    }

    [Fact]
    public async Task ZooKeeper_IsSomethingElse_IsWrongOrAway()
    {
        using var liar = new TcpListener(IPAddress.Loopback, 0);
        liar.Start();
        Task lying = LieAsync(liar);
        await using DoorHost host = await SourceHost.StartAsync($"zookeeper://{liar.LocalEndpoint}/services");
        await host.UntilAsync(status => status.State == SourceState.Wrong);
        Assert.Contains("is that a ZooKeeper?", host.Status().Problem, StringComparison.Ordinal);
        liar.Stop();
        await lying;
    }

    [Fact]
    public void Jute_AnyBytes_AreReadOrCalledDamaged() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            ZooKeeperReply reply = ZooKeeperReply.Read(bytes);
            var texts = new JuteReader(reply.Body.Span);
            Assert.InRange(texts.ReadTexts().Length, 0, bytes.Length / 4);
            new JuteReader(reply.Body.Span).ReadBuffer();
        }
        catch (FormatException)
        {
            // Called damaged.
        }
    }, iter: 50_000);

    [Fact]
    public void Jute_WhatIsWritten_IsReadAndEachCutOfItIsDamaged() =>
        Gen.Select(Gen.Int, Gen.Long, Gen.String).Sample((number, wide, text) =>
        {
            byte[] message = new JuteWriter().Int(number).Long(wide).Int(2).Text("a").Text(text).ToArray()[4..];
            var reader = new JuteReader(message);
            Assert.Equal((number, wide), (reader.ReadInt(), reader.ReadLong()));
            string[] texts = reader.ReadTexts();
            // A lone surrogate becomes another sign of the same length.
            Assert.Equal(("a", Encoding.UTF8.GetByteCount(text)), (texts[0], Encoding.UTF8.GetByteCount(texts[1])));
            Assert.True(reader.IsAtEnd);
            for (int cut = 0; cut < message.Length; cut++)
            {
                byte[] some = message[..cut];
                Assert.Throws<FormatException>(() =>
                {
                    var part = new JuteReader(some);
                    part.ReadInt();
                    part.ReadLong();
                    part.ReadTexts();
                });
            }
        }, iter: 500);

    private static async Task LieAsync(TcpListener liar)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await liar.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (
            e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // Stopped.
        }
    }
}
