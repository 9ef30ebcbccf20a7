using System.Text;

namespace Flyball.Scheduling.Compose.Tests.Interpolation;

public sealed class PrecedenceTests
{
    [Fact]
    public void Compile_VariableInBoth_TakesTheEnvironmentOverDotEnv()
    {
        ComposeInput input = Yml.Input(Yml.ServiceText("environment: { A: \"$A\", B: \"$B\", C: , D: }")) with
        {
            Environment = new Dictionary<string, string> { ["A"] = "env", ["C"] = "handed" },
            Attachments = new Dictionary<string, byte[]> { [".env"] = Encoding.UTF8.GetBytes("A=file\nB=file") },
        };

        Assert.Equal("A=env,B=file,C=handed", Environment(input));
    }

    [Fact]
    public void Compile_EnvFiles_LaterAndInlineWin()
    {
        ComposeInput input = Yml.Input(
            Yml.ServiceText("env_file: [ one.env, sub/../two.env ]\nenvironment: [ C=inline ]")) with
        {
            Attachments = new Dictionary<string, byte[]>
            {
                ["one.env"] = Encoding.UTF8.GetBytes("A=1\nB=1\nC=1"),
                ["/srv/shop/two.env"] = Encoding.UTF8.GetBytes("B=2\nC=2"),
            },
        };

        Assert.Equal("A=1,B=2,C=inline", Environment(input));
    }

    [Fact]
    public void Compile_UnsetVariable_WarnsOnceWithPlace() =>
        Assert.Equal(
            "compose.yaml:4:15: services.a.hostname: the variable 'NOPE' is not set: taken as empty (write " +
            "${NOPE:-} to mean it)",
            Yml.Warnings(Yml.Service("hostname: h$NOPE")));

    private static string Environment(ComposeInput input) =>
        string.Join(
            ',', Yml.Only(ComposeCompiler.Compile(input)).Task.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
}
