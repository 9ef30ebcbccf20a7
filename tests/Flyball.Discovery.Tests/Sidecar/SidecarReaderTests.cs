using CsCheck;
using Flyball.Discovery.Sidecar.Configuring;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>What a sidecar is told, and what is refused with its place.</summary>
public sealed class SidecarReaderTests
{
    private const string Whole = """
        catalogue: https://catalogue.example:8501
        token-file: /run/token
        listen: none
        lease: 6s
        forget-after: 5m
        drain: 1s
        loops: 2
        register:
          - service: cart
            port: 9000
            address: 10.0.0.7
            tags: [a, b]
            meta: { team: x }
            weight: 3
            checks:
              - { http: /healthz, interval: 500ms, timeout: 200ms, rise: 1, fall: 4 }
              - { grpc: "127.0.0.1:9001/cart" }
              - { command: [ test, -e, /run/cart ] }
          - { service: stock, port: 9100, id: stock-1 }
        use:
          - { service: shop.web, port: 9101, tag: http, balance: two-choices, connections-max: 10, idle: 5m }
          - { service: billing, port: "[::1]:9102", filter: 'Service.Meta.team == "x"', wait: 0s }
        """;

    [Fact]
    public void Read_WholeFile_AllOfItCounts()
    {
        SidecarSpec spec = Read(Whole);

        Assert.Equal("https://catalogue.example:8501/", spec.Catalogue.ToString());
        Assert.Equal("/run/token", spec.TokenFile);
        Assert.Null(spec.Listen);
        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), 2),
            (spec.Lease, spec.ForgetAfter, spec.Drain, spec.Loops));
        RegisterSpec cart = spec.Register[0];
        Assert.Equal(("cart", 9000, "10.0.0.7", 3), (cart.Service, cart.Port, cart.Address, cart.Weight));
        Assert.Equal(["a", "b"], cart.Tags);
        Assert.Equal("http://127.0.0.1:9000/healthz", cart.Checks[0].Check.Http);
        Assert.Equal((1, 4), (cart.Checks[0].Check.SuccessBeforePassing, cart.Checks[0].Check.FailuresBeforeCritical));
        Assert.Equal("127.0.0.1:9001/cart", cart.Checks[1].Check.Grpc);
        Assert.Equal(["test", "-e", "/run/cart"], cart.Checks[2].Command!);
        Assert.Equal("stock-1", spec.Register[1].Id);
        Assert.Equal("127.0.0.1:9100", spec.Register[1].Checks.Single().Check.Tcp);
        Assert.Equal("127.0.0.1:9101", spec.Use[0].Listen.ToString());
        Assert.Equal((BalanceKind.TwoChoices, 10, TimeSpan.FromMinutes(5)),
            (spec.Use[0].Balance, spec.Use[0].ConnectionsMax, spec.Use[0].Idle));
        Assert.Equal("shop.web?tag=http", spec.Use[0].Query);
        Assert.Equal("[::1]:9102", spec.Use[1].Listen.ToString());
        Assert.Equal("billing?filter=Service.Meta.team%20%3D%3D%20%22x%22", spec.Use[1].Query);
    }

    [Fact]
    public void Read_TheSameTwice_IsEqual()
    {
        Assert.Equal(Read(Whole).Register, Read(Whole).Register);
        Assert.Equal(Read(Whole).Use, Read(Whole).Use);
        Assert.NotEqual(Read(Whole).Register, Read(Whole.Replace("fall: 4", "fall: 5")).Register);
        Assert.NotEqual(Read(Whole).Register, Read(Whole.Replace("/run/cart", "/run/other")).Register);
    }

    [Fact]
    public void Read_EachBadField_IsRefusedByLineAndName()
    {
        (SidecarSpec? spec, IReadOnlyList<string> problems) = SidecarReader.Read("""
            catalogue: nonsense://x
            lease: 1s
            register:
              - service: cart
                port: 70000
                chekcs: []
              - port: 3
                checks: [ {http: /a, tcp: 4}, {interval: 3} ]
              - { service: twice, port: 1, checks: [ { tcp: nowhere } ] }
              - { service: twice, port: 1, checks: [ { command: [] }, { tcp: 4, method: GET } ] }
            use:
              - service: a
                port: 0
                balance: random
                filter: "Tags =="
              - {service: b, port: 81}
              - {service: b, port: 81}
            """, "s.yaml", new SidecarOptions { DataDirectory = "." });

        Assert.Null(spec);
        Assert.Equal(
            [
                "s.yaml:1:1: catalogue takes an address such as http://127.0.0.1:8500/, not nonsense://x",
                "s.yaml:2:1: lease takes a duration from 2s to 1h0m0s, not 1s",
                "s.yaml:5:5: port takes a whole number from 1 to 65535, not 70000",
                "s.yaml:6:5: there is no key chekcs here; did you mean checks?",
                "s.yaml:7:5: service is missing",
                "s.yaml:8:15: a check takes one of http, tcp, grpc, command; http and tcp are given",
                "s.yaml:8:36: interval takes a duration from 100ms to 1h0m0s, not 3",
                "s.yaml:8:35: a check takes one of http, tcp, grpc, command; none is given",
                "s.yaml:9:44: tcp takes a port or HOST:PORT, not nowhere",
                "s.yaml:10:44: command takes a list: a program and its arguments",
                "s.yaml:10:69: method is of http checks only",
                $"s.yaml:10:5: id twice-{Environment.MachineName}-1 is taken by an entry before; "
                    + "give one of them another",
                "s.yaml:13:5: port takes a port from 1 to 65535 or ADDRESS:PORT, not 0",
                "s.yaml:15:5: filter is no filter expression: 1:8: the filter ends too early",
                "s.yaml:14:5: balance takes least-connections, two-choices, round-robin, not random",
                "s.yaml:17:18: port 127.0.0.1:81 is taken by an entry before",
            ],
            problems);
    }

    [Fact]
    public void Read_Flags_GoOverTheFileAndAreCheckedToo()
    {
        (SidecarSpec? spec, IReadOnlyList<string> problems) = SidecarReader.Read(null, "flags", new SidecarOptions
        {
            DataDirectory = ".", Registers = ["cart=9000"], Uses = ["shop.web=9101"], Catalogue = "10.0.0.5:8500",
            Listen = "none",
        });
        Assert.Empty(problems);
        Assert.Equal(("cart", 9000), (spec!.Register.Single().Service, spec.Register.Single().Port));
        Assert.Equal("127.0.0.1:9101", spec.Use.Single().Listen.ToString());
        Assert.Equal("http://10.0.0.5:8500/", spec.Catalogue.ToString());
        Assert.Null(spec.Listen);

        (_, problems) = SidecarReader.Read(null, "flags", new SidecarOptions
        {
            DataDirectory = ".", Registers = ["cart"], Uses = ["web=x"], Catalogue = "::", Listen = "7",
        });
        Assert.Equal(4, problems.Count);
        (_, problems) = SidecarReader.Read("", "empty.yaml", new SidecarOptions { DataDirectory = "." });
        Assert.Equal(["empty.yaml: there is nothing to register and nothing to use."], problems);
    }

    [Fact]
    public void Read_AnyText_NeverThrows() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Int[0, 6], Gen.Char.AlphaNumeric, Gen.Int[0, 20]).Sample(
            (at, kind, letter, count) =>
            {
                string text = kind switch
                {
                    0 => Whole[..at],
                    1 => Whole.Remove(at, Math.Min(count, Whole.Length - at)),
                    2 => Whole.Insert(at, letter.ToString()),
                    3 => Whole.Insert(at, ":"),
                    4 => Whole.Insert(at, "["),
                    5 => Whole.Insert(at, "\n"),
                    _ => Whole.Remove(at, 1).Insert(at, "{"),
                };
                (SidecarSpec? spec, IReadOnlyList<string> problems) =
                    SidecarReader.Read(text, "s.yaml", new SidecarOptions { DataDirectory = "." });
                return spec is null == problems.Count > 0;
            }, iter: 2_000);

    private static SidecarSpec Read(string text)
    {
        (SidecarSpec? spec, IReadOnlyList<string> problems) =
            SidecarReader.Read(text, "s.yaml", new SidecarOptions { DataDirectory = "." });
        Assert.Empty(problems);
        return spec!;
    }
}
