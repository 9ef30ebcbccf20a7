using Flyball.Contracts;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Compose.Tests.Services;

public sealed class ServiceTests
{
    [Theory]
    [InlineData("environment: { B: 2, A: 1 }", "environment: [A=1, B=2]")]
    [InlineData("command: run --fast 'a b'", "command: [run, --fast, a b]")]
    [InlineData("mem_limit: 1g", "deploy: { resources: { limits: { memory: 1024M } } }")]
    [InlineData("volumes: ['./x/../y:/a/']", "volumes: [{ type: bind, source: ./y, target: /a }]")]
    [InlineData("stop_grace_period: 90s", "stop_grace_period: 1m30s")]
    [InlineData("stop_signal: int", "stop_signal: SIGINT")]
    [InlineData("stop_signal: 2", "stop_signal: SIGINT")]
    [InlineData("cap_add: [net_admin, CHOWN]", "cap_add: [CHOWN, CAP_NET_ADMIN]")]
    [InlineData("labels: [b=2, a=1]", "labels: { a: 1, b: 2 }")]
    [InlineData("ports: ['8080:80']", "ports: [{ target: 80, published: '8080', protocol: tcp }]")]
    [InlineData("init: yes", "init: true")]
    [InlineData("networks: [default]", "networks: { default: }")]
    [InlineData("networks: [default]", "init: false")]
    [InlineData("ulimits: { nofile: 9 }", "ulimits: { nofile: { soft: 9, hard: 9 } }")]
    [InlineData("extra_hosts: ['h:1.2.3.4']", "extra_hosts: { h: 1.2.3.4 }")]
    [InlineData("depends_on: []", "init: false")]
    [InlineData("healthcheck: { test: echo }", "healthcheck: { test: [CMD-SHELL, echo], interval: 10000ms }")]
    [InlineData("healthcheck: { disable: true }", "healthcheck: { test: [NONE] }")]
    [InlineData("restart: always", "restart: unless-stopped")]
    public void Compile_SameMeaning_GivesEqualBytes(string one, string two) =>
        Assert.Equal(
            Kinds.Workload.Encode(Yml.Only(Yml.Service(one))), Kinds.Workload.Encode(Yml.Only(Yml.Service(two))));

    [Theory]
    [InlineData("init: false", RestartCondition.OnFailure)]
    [InlineData("expose: [80]", RestartCondition.Any)]
    [InlineData("healthcheck: { test: x }", RestartCondition.Any)]
    [InlineData("restart: 'no'", RestartCondition.None)]
    [InlineData("restart: no", RestartCondition.None)]
    [InlineData("restart: on-failure", RestartCondition.OnFailure)]
    [InlineData("restart: always\ndeploy: { restart_policy: { condition: none } }", RestartCondition.None)]
    public void Compile_Restart_HasItsCondition(string lines, RestartCondition expected) =>
        Assert.Equal(expected, Yml.Only(Yml.Service(lines)).Task.Restart.Condition);

    [Fact]
    public void Compile_AwaitedToComplete_IsNotRestartedForEver()
    {
        ComposeResult result = Yml.Compile(
            "services: { a: { image: x, expose: [80] }, b: { image: x, depends_on: { a: { condition: " +
            "service_completed_successfully } } } }");

        Assert.Equal(RestartCondition.OnFailure, result.Workloads[0].Task.Restart.Condition);
    }

    [Fact]
    public void Compile_AwaitedHealthyWithoutTest_AsksTheImagesOwn()
    {
        ComposeResult result = Yml.Compile(
            "services: { a: { image: x }, b: { image: x, depends_on: { a: { condition: service_healthy } } } }");

        Assert.Equal(HealthCheckKind.Container, result.Workloads[0].Task.HealthCheck?.Kind);
        Assert.Null(result.Workloads[1].Task.HealthCheck);
    }

    [Theory]
    [InlineData("x-route: { host: a }\nx-scale: { min: 0, max: 2 }", HealthCheckKind.Tcp)]
    [InlineData("x-route: { host: a }\nx-scale: { min: 1, max: 2 }", null)]
    [InlineData("x-scale: { min: 0, max: 2 }", null)]
    [InlineData("x-route: { host: a }\nx-scale: { min: 0, max: 2 }\nhealthcheck: { disable: true }", null)]
    [InlineData("x-route: { host: a }\nx-scale: { min: 0, max: 2 }\nhealthcheck: { test: echo }",
        HealthCheckKind.Shell)]
    public void Compile_RequestsWaitForTheFirstInstance_ItsPortIsChecked(string lines, HealthCheckKind? expected) =>
        Assert.Equal(expected, Yml.Only(Yml.Service("expose: [80]\n" + lines)).Task.HealthCheck?.Kind);

    [Theory]
    [InlineData("expose: [80]", UpdateOrder.StartFirst)]
    [InlineData("ports: ['80:80']", UpdateOrder.StopFirst)]
    [InlineData("ports: ['80']", UpdateOrder.StartFirst)]
    [InlineData("volumes: ['/data']", UpdateOrder.StartFirst)]
    [InlineData("volumes: ['./d:/data']", UpdateOrder.StopFirst)]
    [InlineData("volumes: ['./d:/data:ro']", UpdateOrder.StartFirst)]
    [InlineData("deploy: { update_config: { order: stop-first } }", UpdateOrder.StopFirst)]
    public void Compile_UpdateOrder_IsSafe(string lines, UpdateOrder expected) =>
        Assert.Equal(expected, Yml.Only(Yml.Service(lines)).Update.Order);

    [Fact]
    public void Compile_DangerousKeys_AreRecorded()
    {
        TaskSpec task = Yml.Only(
            Yml.Service(
                "privileged: true\nnetwork_mode: host\nvolumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']"))
            .Task;

        Assert.True(task.Security.Privileged);
        Assert.Equal("host", task.NetworkMode);
        Assert.Equal((MountKind.Bind, "/var/run/docker.sock"), (task.Mounts[0].Kind, task.Mounts[0].Source));
    }

    [Theory]
    [InlineData("ports: ['8080:80', '9090:90', '53:53/udp']", "http:80 tcp-90:90 udp-53:53")]
    [InlineData("ports: ['53:53/udp', '8080:80']", "udp-53:53 http:80")]
    [InlineData("ports: ['8080:80', '8081:80']", "http:80 tcp-80:80")]
    [InlineData("ports: [{ target: 9200, name: rest }, 9300]", "rest:9200 tcp-9300:9300")]
    [InlineData("ports: ['8080:80']\nexpose: [80, 81]", "http:80 tcp-81:81")]
    [InlineData("expose: [81]\nhealthcheck: { test: [HTTP, /, 80] }", "http:81 tcp-80:80")]
    [InlineData("healthcheck: { test: [TCP] }\nx-route: { host: h, port: 80 }", "http:80")]
    public void Compile_Ports_AreNamed(string lines, string expected) =>
        Assert.Equal(
            expected, string.Join(
                ' ', Yml.Only(Yml.Service(lines)).Task.Ports.Select(port => $"{port.Name}:{port.ContainerPort}")));

    [Theory]
    [InlineData("0440", 288)]
    [InlineData("'0440'", 288)]
    [InlineData("'440'", 288)]
    [InlineData("0o440", 288)]
    [InlineData("288", 288)]
    public void Compile_ConfigMode_IsOctalUnlessBare(string mode, int expected)
    {
        ComposeResult result = Yml.Compile(
            $"services: {{ a: {{ image: x, configs: [ {{ source: c, target: /c, mode: {mode} }} ] }} }}\n" +
            "configs: { c: { content: hi } }");

        Assert.Equal(expected, Yml.Only(result).Task.Mounts[0].Mode);
    }

    [Theory]
    [InlineData("image: x", "image")]
    [InlineData("build: .", "build")]
    [InlineData("volumes: ['./a:/a']", "volumes")]
    [InlineData("network_mode: host", "network_mode")]
    [InlineData("privileged: true", "privileged")]
    public void Compile_ProcessWithContainerKey_IsRefused(string line, string key)
    {
        ComposeResult result = Yml.Compile(
            $"services:\n  a:\n    x-driver: process\n    command: [x]\n    {line}\n");

        string expected = $"'{key}' needs a container, and x-driver: process runs without one";
        Assert.Contains(expected, Yml.Errors(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_ProcessEntrypointAndCommand_AreOneList() =>
        Assert.Equal(
            Kinds.Workload.Encode(
                Yml.Only(Yml.Compile("services: { a: { x-driver: process, entrypoint: dotnet, command: a.dll } }"))),
            Kinds.Workload.Encode(
                Yml.Only(Yml.Compile("services: { a: { x-driver: process, command: [dotnet, a.dll] } }"))));

    [Theory]
    [InlineData("linux/amd64", "node.platform.arch=amd64 node.platform.os=linux")]
    [InlineData("linux/arm64/v8", "node.platform.arch=arm64 node.platform.os=linux")]
    [InlineData("arm64", "node.platform.arch=arm64 node.platform.os=linux")]
    public void Compile_Platform_IsAConstraint(string platform, string expected) =>
        Assert.Equal(
            expected, string.Join(
                ' ', Yml.Only(Yml.Service("platform: " + platform))
                    .Constraints.Select(c => $"{c.Attribute}={c.Value}")));

    [Fact]
    public void Compile_ProjectName_GoesByPrecedence()
    {
        ComposeInput plain = Yml.Input(Yml.ServiceText("init: true"));
        ComposeInput named = Yml.Input("name: written\n" + Yml.ServiceText("init: true"));
        ComposeInput set =
            named with { Environment = new Dictionary<string, string> { ["COMPOSE_PROJECT_NAME"] = "set" } };

        ComposeInput[] inputs =
            [plain, named, set, set with { Project = "given" }, plain with { ProjectDirectory = "/srv/My-Shop!" }];

        Assert.Equal(
            ["shop", "written", "set", "given", "my-shop"],
            inputs.Select(input => ComposeCompiler.Compile(input).Project));
    }
}
