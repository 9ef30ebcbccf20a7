using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Scheduling.Compose.Tests.Scaling;

public sealed class PolicyTests
{
    [Fact]
    public void Compile_Shortest_HasTheDefaults()
    {
        ScalePolicy policy = Read("max: 10\ntarget: { requests_per_second: 50 }");

        Assert.Equal(("shop.a", ScaleMode.Act, 1, 10), (policy.Workload, policy.Mode, policy.Min, policy.Max));
        Assert.Equal(
            new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true },
            Assert.Single(policy.Targets));
        Assert.Equal(0.1, policy.Tolerance);
        Assert.Equal(TimeSpan.Zero, policy.Up.Window);
        Assert.Equal(TimeSpan.FromMinutes(5), policy.Down.Window);
        Assert.Null(policy.Prediction);
        Assert.Empty(policy.Rules);
    }

    [Fact]
    public void Compile_Everything_IsRead()
    {
        ScalePolicy policy = Read(
            """
            mode: advise
            min: 2
            max: 20
            rules:
              - cpu > 80%
              - { when: memory < 0.2, for: 10m, step: 2, cooldown: 30s }
              - { when: "sum(rate(jobs_total[1m])) >= 1e3", percent: 50% }
              - latency > 300ms
            target:
              cpu: 60%
              concurrency: 8
              tolerance: 5%
              queries:
                - { query: sum(jobs_waiting), per_replica: 30 }
                - { query: max(lag_seconds), value: 5 }
            behaviour:
              up: { window: 1m, limits: [{ replicas: 2, period: 1m }], select: min }
              down: { select: none }
            schedules:
              - { at: "0 8 * * 1-5", for: 10h, min: 6, zone: Europe/Berlin }
            predict: { horizon: 5m, risk: 0.5%, after: 2h, demand: "sum(rate(jobs_total[1m]))" }
            slo: { latency: 200ms, quantile: 99%, utilisation: 70% }
            """);

        Assert.Equal((ScaleMode.Advise, 2, 20), (policy.Mode, policy.Min, policy.Max));
        Assert.Equal(
            [
                new ScaleRule
                {
                    Signal = ScaleSignal.Cpu, Above = true, Threshold = 0.8, Step = 1, For = TimeSpan.FromMinutes(1),
                    Cooldown = TimeSpan.FromMinutes(1),
                },
                new ScaleRule
                {
                    Signal = ScaleSignal.Memory, Above = false, Threshold = 0.2, Step = 2,
                    For = TimeSpan.FromMinutes(10), Cooldown = TimeSpan.FromSeconds(30),
                },
                new ScaleRule
                {
                    Signal = ScaleSignal.Query, Query = "sum(rate(jobs_total[1m]))", Above = true, OrEqual = true,
                    Threshold = 1000, Percent = 0.5, For = TimeSpan.FromMinutes(1), Cooldown = TimeSpan.FromMinutes(1),
                },
                new ScaleRule
                {
                    Signal = ScaleSignal.Latency, Above = true, Threshold = 0.3, Step = 1,
                    For = TimeSpan.FromMinutes(1), Cooldown = TimeSpan.FromMinutes(1),
                },
            ],
            policy.Rules);
        Assert.Equal(
            [
                new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.6 },
                new ScaleTarget { Signal = ScaleSignal.Concurrency, Value = 8, PerReplica = true },
                new ScaleTarget
                {
                    Signal = ScaleSignal.Query, Query = "sum(jobs_waiting)", Value = 30, PerReplica = true,
                },
                new ScaleTarget { Signal = ScaleSignal.Query, Query = "max(lag_seconds)", Value = 5 },
            ],
            policy.Targets);
        Assert.Equal(0.05, policy.Tolerance);
        Assert.Equal((TimeSpan.FromMinutes(1), ScaleChoice.Min), (policy.Up.Window, policy.Up.Select));
        Assert.Equal(
            new ScaleLimit { Replicas = 2, Period = TimeSpan.FromMinutes(1) }, Assert.Single(policy.Up.Limits));
        Assert.Equal((TimeSpan.FromMinutes(5), ScaleChoice.None), (policy.Down.Window, policy.Down.Select));
        Assert.Equal(
            new ScaleSchedule
            {
                Cron = "0 8 * * 1-5", For = TimeSpan.FromHours(10), Min = 6, TimeZone = "Europe/Berlin",
            },
            Assert.Single(policy.Schedules));
        Assert.Equal(
            new ScalePrediction
            {
                Horizon = TimeSpan.FromMinutes(5), Risk = 0.005, After = TimeSpan.FromHours(2),
                Demand = "sum(rate(jobs_total[1m]))",
            },
            policy.Prediction);
        Assert.Equal(
            new ScaleObjective { Latency = TimeSpan.FromMilliseconds(200), Quantile = 0.99, Utilisation = 0.7 },
            policy.Objective);
    }

    [Theory]
    [InlineData("0%", 0)]
    [InlineData("0", 0)]
    [InlineData("5%", 0.05)]
    public void Compile_Tolerance_MayBeNone(string text, double expected) =>
        Assert.Equal(expected, Read($"max: 3\ntarget: {{ cpu: 60%, tolerance: {text} }}").Tolerance);

    [Theory]
    [InlineData("predict: true", true)]
    [InlineData("predict: false", false)]
    [InlineData("predict: { horizon: auto }", true)]
    public void Compile_Predict_IsOnOrOff(string line, bool on) =>
        Assert.Equal(on, Read($"max: 3\n{line}").Prediction is { Horizon: null });

    [Theory]
    [InlineData("min: -1, max: 3", "min: '-1' is no whole number from 0 to 1000")]
    [InlineData("min: 1, max: 3, idle: 5m", "idle: is about min: 0, the last replica, and there is none to go")]
    [InlineData("min: 0, max: 3, idle: 2s", "idle: must be from 10s to 24h")]
    [InlineData("min: 4, max: 3", "min: is greater than max")]
    [InlineData("min: 1", "x-scale: needs max (the most replicas that may ever run)")]
    [InlineData("max: 3, mode: on", "mode: 'on' is not one of act, advise, off")]
    [InlineData("max: 3, rules: [cpu]", "rules[0]: 'cpu' is no rule (for example cpu > 80%)")]
    [InlineData("max: 3, rules: [cpuu > 80%]",
        "rules[0]: 'cpuu' is no signal: concurrency, cpu, disk, latency, memory, requests_per_second, or PromQL " +
        "(did you mean 'cpu'?)")]
    [InlineData("max: 3, rules: [cpu > 80]", "rules[0]: '80' is no threshold for cpu (a share such as 80%)")]
    [InlineData("max: 3, rules: [latency > 300]",
        "rules[0]: '300' is no threshold for latency (a duration such as 300ms)")]
    [InlineData("max: 3, rules: [latency > 0s]",
        "rules[0]: '0s' is no threshold for latency (a duration such as 300ms)")]
    [InlineData("max: 3, rules: [latency > soon]",
        "rules[0]: 'soon' is no threshold for latency (a duration such as 300ms)")]
    [InlineData("max: 3, rules: [cpu >== 80%]", "rules[0]: '= 80%' is no threshold for cpu (a share such as 80%)")]
    [InlineData("max: 3, rules: ['sum(x) > 80%']", "rules[0]: '80%' is no threshold for sum(x) (a number)")]
    [InlineData("max: 3, rules: [{ step: 1 }]", "rules[0]: a rule needs a condition (when, for example cpu > 80%)")]
    [InlineData("max: 3, rules: [{ when: cpu > 80%, step: 1, percent: 5% }]",
        "rules[0].percent: cannot stand beside step (keep one of the two)")]
    [InlineData("max: 3, rules: [{ when: cpu > 80%, step: 0 }]",
        "rules[0].step: '0' is no whole number from 1 to 1000")]
    [InlineData("max: 3, rules: [{ when: cpu > 80%, fore: 1m }]",
        "rules[0].fore: unknown key 'fore' (did you mean 'for'?)")]
    [InlineData("max: 3, rules: [{ when: cpu > 80%, for: 25h }]", "rules[0].for: must be from 0s to 24h")]
    [InlineData("max: 3, target: { cpu: 120% }",
        "target.cpu: '120%' is no share above 0% and up to 100% (for example 60%)")]
    [InlineData("max: 3, target: { requests_per_second: 0 }",
        "target.requests_per_second: '0' is no number above 0")]
    [InlineData("max: 3, target: { request_per_second: 5 }",
        "target.request_per_second: unknown key 'request_per_second' (did you mean 'requests_per_second'?)")]
    [InlineData("max: 3, target: { queries: [{ query: x }] }",
        "target.queries[0]: needs one of per_replica and value")]
    [InlineData("max: 3, target: { queries: [{ value: 3 }] }",
        "target.queries[0]: needs a query (query: sum(jobs_waiting))")]
    [InlineData("max: 3, behaviour: { up: { limits: [{ period: 1m }] } }",
        "behaviour.up.limits[0]: needs one of replicas and percent")]
    [InlineData("max: 3, behaviour: { up: { select: most } }",
        "behaviour.up.select: 'most' is not one of max, min, none")]
    [InlineData("max: 3, schedules: [{ at: noon, for: 1h, min: 2 }]",
        "schedules[0].at: 'noon' is no cron expression of five fields (for example \"0 8 * * 1-5\")")]
    [InlineData("max: 3, schedules: [{ at: '0 8 * * *', min: 2 }]", "schedules[0]: needs for")]
    [InlineData("max: 3, schedules: [{ at: '0 8 * * *', for: 1h, min: 4 }]",
        "schedules[0].min: is greater than max")]
    [InlineData("max: 3, schedules: [{ at: '0 8 * * *', for: 1h, min: 2, zone: Mars/Base }]",
        "schedules[0].zone: there is no time zone 'Mars/Base' (an IANA name such as Europe/Berlin)")]
    [InlineData("max: 3, predict: { risk: 60% }",
        "predict.risk: '60%' is no share above 0% and up to 50% (for example 60%)")]
    [InlineData("max: 3, predict: { horizon: 10 }",
        "predict.horizon: '10' is no duration such as 1m30s or 500ms")]
    [InlineData("max: 3, predict: maybe", "predict: 'maybe' is neither true nor false")]
    [InlineData("max: 3, slo: { quantile: 100% }", "slo.quantile: must be less than 100%")]
    public void Compile_WrongField_IsNamed(string policy, string expected)
    {
        string errors = Yml.Errors(Yml.Service($"{Whole}x-scale: {{ {policy} }}"));

        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Theory]
    [InlineData("target: { cpu: 60% }",
        "x-scale.target: a target is about cpu, a share of deploy.resources.limits.cpus, which is not given")]
    [InlineData("rules: [memory > 80%]",
        "x-scale.rules: rule 1 is about memory, a share of deploy.resources.limits.memory, which is not given")]
    [InlineData("target: { concurrency: 6 }",
        "x-scale.target: a target is about what the gateway measures, and the service has no x-route")]
    [InlineData("predict: true",
        "x-scale.predict: demand is measured at the gateway, and the service has no x-route (name PromQL under " +
        "demand)")]
    public void Compile_SignalThatTheServiceCannotGive_IsRefused(string policy, string expected) =>
        Assert.Contains(
            expected, Yml.Errors(Yml.Service($"x-scale: {{ max: 3, {policy} }}")), StringComparison.Ordinal);

    [Fact]
    public void Compile_MinOfZero_IsReadWithItsIdleTime()
    {
        ScalePolicy policy = Read("min: 0\nmax: 3\nidle: 2m");
        Assert.Equal((0, TimeSpan.FromMinutes(2)), (policy.Min, policy.Idle));
        Assert.Null(Read("min: 0\nmax: 3").Idle);
    }

    [Theory]
    [InlineData("x-scale: { min: 0, max: 3 }", true)]
    [InlineData("x-scale: { min: 0, max: 3 }\nx-route: { host: h }\nports: [80]", false)]
    [InlineData("x-scale: { min: 0, max: 3, target: { queries: [{ query: q, per_replica: 3 }] } }", false)]
    [InlineData("x-scale: { min: 0, max: 3, schedules: [{ at: '0 8 * * *', for: 1h, min: 2 }] }", false)]
    public void Compile_MinOfZeroThatNothingCouldBringBack_Warns(string service, bool warns) => Assert.Equal(
        warns,
        Yml.Warnings(Yml.Service(service)).Contains("bring the service back from 0", StringComparison.Ordinal));

    [Fact]
    public void Compile_OnlyUpwards_Warns()
    {
        string warnings = Yml.Warnings(Yml.Service($"{Whole}x-scale: {{ max: 3, rules: [cpu > 80%] }}"));

        Assert.Contains(
            "x-scale.rules: nothing here scales down again (add a rule with <, a target, or predict)", warnings,
            StringComparison.Ordinal);
        Assert.Empty(Yml.Warnings(Yml.Service($"{Whole}x-scale: {{ max: 3, rules: [cpu > 80%, cpu < 20%] }}")));
    }

    [Fact]
    public void PolicyFile_AloneOrBelowItsKey_IsTheSamePolicy()
    {
        const string Yaml = "min: 2\nmax: 9\ntarget: { cpu: 60% }\n";
        const string Json = """{ "x-scale": { "min": 2, "max": 9, "target": { "cpu": "60%" } } }""";
        (ScalePolicy? one, IReadOnlyList<string> problems) = SchedulingDoors.ReadScalePolicy("policy.yaml", Yaml);
        (ScalePolicy? two, _) = SchedulingDoors.ReadScalePolicy("policy.json", Json);

        Assert.Empty(problems);
        Assert.Equal(Kinds.ScalePolicy.Encode(one!), Kinds.ScalePolicy.Encode(two!));
        Assert.Equal((2, 9), (one!.Min, one.Max));
    }

    [Fact]
    public void PolicyFile_BadPromQl_NamesPlaceKeyAndWhatIsWrong()
    {
        const string Text = """
            max: 9
            rules: [ "sum( > 100", cpu > 80% ]
            target: { queries: [ { query: "sum(", value: 5 } ] }
            predict: { demand: "sum(" }
            """;
        (ScalePolicy? policy, IReadOnlyList<string> problems) = SchedulingDoors.ReadScalePolicy(
            "policy.yaml", Text, text => text == "sum(" ? "1:5: parse error" : null);

        Assert.Null(policy);
        Assert.Equal(
            [
                "policy.yaml:2:10: rules[0]: 'sum(' is no PromQL: 1:5: parse error",
                "policy.yaml:3:31: target.queries[0].query: 'sum(' is no PromQL: 1:5: parse error",
                "policy.yaml:4:20: predict.demand: 'sum(' is no PromQL: 1:5: parse error",
            ],
            problems);
    }

    [Theory]
    [InlineData("x-scale: { max: 9 }\nmin: 2",
        "policy.yaml:2:6: min: stands beside x-scale, where nothing reads it (put it below)")]
    [InlineData("max: 9\nmim: 2", "policy.yaml:2:1: mim: unknown key 'mim' (did you mean 'min'?)")]
    [InlineData("max: 9\nmin: -1", "policy.yaml:2:6: min: '-1' is no whole number from 0 to 1000")]
    [InlineData("", "policy.yaml: there is no policy in the file")]
    [InlineData("- 1", "policy.yaml:1:1: must be a mapping")]
    [InlineData("{", "policy.yaml:2:1: this is not valid YAML")]
    public void PolicyFile_Wrong_NamesPlaceAndKey(string text, string expected)
    {
        (ScalePolicy? policy, IReadOnlyList<string> problems) = SchedulingDoors.ReadScalePolicy("policy.yaml", text);

        Assert.Null(policy);
        Assert.StartsWith(expected, problems[0], StringComparison.Ordinal);
    }

    /// <summary>A service that can give every signal.</summary>
    private const string Whole =
        "expose: [80]\nx-route: { host: x }\ndeploy: { resources: { limits: { cpus: 1, memory: 64M } } }\n";

    private static ScalePolicy Read(string lines)
    {
        string below = string.Concat(lines.Split('\n').Select(line => $"  {line}\n"));
        ComposeResult result = Yml.Service($"{Whole}x-scale:\n{below}");
        Assert.Equal([], result.Errors);
        return Assert.Single(result.Policies);
    }
}
