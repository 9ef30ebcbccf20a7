namespace Flyball.Scheduling.Compose.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("imagee: y", "compose.yaml:4:5: services.a.imagee: unknown key 'imagee' (did you mean 'image'?)")]
    [InlineData("dep1oy: {}", "compose.yaml:4:5: services.a.dep1oy: unknown key 'dep1oy' (did you mean 'deploy'?)")]
    [InlineData("zzzzzzzzzz: 1", "compose.yaml:4:5: services.a.zzzzzzzzzz: unknown key 'zzzzzzzzzz'")]
    [InlineData("deploy: { resources: { limits: { cpu: 1 } } }",
        "compose.yaml:4:38: services.a.deploy.resources.limits.cpu: unknown key 'cpu' (did you mean 'cpus'?)")]
    [InlineData("devices: [/dev/kvm]",
        "compose.yaml:4:5: services.a.devices: 'devices' is not supported: devices are not passed to containers")]
    [InlineData("image: z", "compose.yaml:4:5: image: the key is given twice, first in line 3")]
    [InlineData("ports: [\"80:99999\"]", "compose.yaml:4:13: services.a.ports[0]: '99999' is outside 1 to 65535")]
    [InlineData("ports: [\"80-81:90-92\"]",
        "compose.yaml:4:13: services.a.ports[0]: 2 host ports cannot be paired with 3 container ports")]
    [InlineData("ports: [\"80:80/sctp\"]",
        "compose.yaml:4:13: services.a.ports[0]: 'sctp' is no protocol for a port: tcp or udp")]
    [InlineData("ports: [\"1.2.3:80:80\"]", "compose.yaml:4:13: services.a.ports[0]: '1.2.3' is no IP address")]
    [InlineData("ports: [\"host:80:80\"]", "compose.yaml:4:13: services.a.ports[0]: 'host' is no IP address")]
    [InlineData("ports: [\"8080:80\", \"8080:81\"]",
        "compose.yaml:4:24: services.a.ports[1]: the host port 8080 is given twice")]
    [InlineData("ports: 80", "compose.yaml:4:12: services.a.ports: must be a list")]
    [InlineData("ports: [{ published: 80 }]",
        "compose.yaml:4:13: services.a.ports[0]: a port needs a target (target: the container's port)")]
    [InlineData("volumes: [\"data:/x\"]",
        "compose.yaml:4:15: services.a.volumes[0]: the volume 'data' is not defined (add it under 'volumes')")]
    [InlineData("volumes: [\"data/x:/x\"]",
        "compose.yaml:4:15: services.a.volumes[0]: 'data/x' is no volume's name (for a directory write './data/x')")]
    [InlineData("volumes: [\"./x:x\"]",
        "compose.yaml:4:15: services.a.volumes[0]: 'x' must be an absolute path in the container, and not '/'")]
    [InlineData("volumes: [\"./x:/x:rx\"]",
        "compose.yaml:4:15: services.a.volumes[0]: the mount option 'rx' is not supported (did you mean 'ro'?)")]
    [InlineData("volumes: [\"./x:/x\", \"./y:/x/\"]",
        "compose.yaml:4:14: services.a.volumes: more than one file system is mounted at '/x'")]
    [InlineData("stop_grace_period: 10",
        "compose.yaml:4:24: services.a.stop_grace_period: '10' is no duration such as 1m30s or 500ms")]
    [InlineData("mem_limit: lots", "compose.yaml:4:16: services.a.mem_limit: 'lots' is no size such as 256M or 1.5GB")]
    [InlineData("restart: allways",
        "compose.yaml:4:14: services.a.restart: 'allways' is not one of no, always, unless-stopped, on-failure, " +
        "on-failure:5 (did you mean 'always'?)")]
    [InlineData("depends_on: [b]",
        "compose.yaml:4:18: services.a.depends_on.b: there is no service 'b' (did you mean 'a'?)")]
    [InlineData("depends_on: { a: { condition: service_healthy } }",
        "compose.yaml:4:22: services.a.depends_on.a: services wait for each other in a circle: a → a")]
    [InlineData("privileged: maybe", "compose.yaml:4:17: services.a.privileged: 'maybe' is neither true nor false")]
    [InlineData("cap_add: [NET_ADMN]",
        "compose.yaml:4:15: services.a.cap_add[0]: 'NET_ADMN' is no capability (did you mean 'NET_ADMIN'?)")]
    [InlineData("security_opt: [\"seccomp:unconfined\"]",
        "compose.yaml:4:20: services.a.security_opt[0]: 'seccomp:unconfined' is not supported: containers keep " +
        "no-new-privileges and the default seccomp and AppArmor profiles")]
    [InlineData("network_mode: \"service:b\"",
        "compose.yaml:4:19: services.a.network_mode: a network namespace cannot be shared with another container " +
        "(put both services on one network)")]
    [InlineData("networks: [inner]",
        "compose.yaml:4:16: services.a.networks.inner: the network 'inner' is not defined (add it under 'networks')")]
    [InlineData("secrets: [pw]",
        "compose.yaml:4:15: services.a.secrets[0]: no 'pw' is defined under 'secrets' (add it under 'secrets')")]
    [InlineData("env_file: missing.env",
        "compose.yaml:4:15: services.a.env_file: the file 'missing.env' does not exist or was not sent")]
    [InlineData("command: echo 'open", "compose.yaml:4:14: services.a.command: the command's ' is not closed")]
    [InlineData("healthcheck: { test: [HTP, /] }",
        "compose.yaml:4:26: services.a.healthcheck.test: 'HTP' is not one of CMD, CMD-SHELL, NONE, HTTP, TCP (did " +
        "you mean 'HTTP'?)")]
    [InlineData("healthcheck: { test: [HTTP, /] }",
        "compose.yaml:4:26: services.a.healthcheck.test: which port? The service has none (name it here, or add it " +
        "under expose)")]
    [InlineData("x-route: { host: \"http://x\" , port: 80 }",
        "compose.yaml:4:22: services.a.x-route.host: 'http://x' is no host name (shop.example.com or " +
        "*.example.com, without scheme and port)")]
    [InlineData("x-route: { host: x, port: 80, path: api }",
        "compose.yaml:4:41: services.a.x-route.path: 'api' is no path (for example /api)")]
    [InlineData("x-route: { host: x, prot: 80 }",
        "compose.yaml:4:25: services.a.x-route.prot: unknown key 'prot' (did you mean 'port'?)")]
    [InlineData("x-schedule: \"0 2 * * *\"",
        "compose.yaml:4:5: services.a.x-schedule: 'x-schedule' is not supported: scheduled workloads are not built " +
        "yet")]
    [InlineData("x-scale: { min: 3, max: 2 }", "compose.yaml:4:21: services.a.x-scale.min: is greater than max")]
    [InlineData("deploy: { mode: global }",
        "compose.yaml:4:21: services.a.deploy.mode: the mode 'global' is not supported: only 'replicated'")]
    [InlineData("deploy: { replicas: 10001 }",
        "compose.yaml:4:25: services.a.deploy.replicas: '10001' is no whole number from 0 to 10000")]
    [InlineData("environment: { A: \"${B:?give B}\" }",
        "compose.yaml:4:23: services.a.environment.A: the variable 'B' must be set: give B")]
    [InlineData("hostname: $-",
        "compose.yaml:4:15: services.a.hostname: a '$' that starts no variable: write '$$' for a dollar sign")]
    [InlineData("build: https://example.com/x.git",
        "compose.yaml:4:12: services.a.build.context: a build context must be a directory, not a URL (clone it and " +
        "name the directory)")]
    [InlineData("build: ./x", "compose.yaml:4:12: services.a.build: the build context 'x' was not uploaded")]
    [InlineData("build: { context: x, dockerfile: ../D }",
        "compose.yaml:4:38: services.a.build.dockerfile: the Dockerfile must be within the build context")]
    [InlineData("x-driver: process",
        "compose.yaml:2:3: services.a: a process needs a command (command: [\"dotnet\", \"Cart.dll\"])")]
    [InlineData("extends: b",
        "compose.yaml:4:14: services.a.extends: 'compose.yaml' has no service 'b' (did you mean 'a'?)")]
    [InlineData("extends: a", "compose.yaml:4:14: services.a.extends: services extend each other in a circle: a → a")]
    [InlineData("environment: { A: !secret x }",
        "compose.yaml:4:23: unknown tag '!secret' (Compose knows !reset and !override)")]
    [InlineData("environment: *nope", "compose.yaml:4:18: no anchor '&nope' stands before this alias")]
    [InlineData("environment: { A: [1] }", "compose.yaml:4:23: services.a.environment.A: must be a single value")]
    public void Compile_BadService_TellsPlaceAndRemedy(string line, string expected)
    {
        string errors = Yml.Errors(Yml.Service(line));

        Assert.Contains(expected, errors.Split('\n'));
    }
}
